import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { echo, fail, stubContainer } from '../transform/stub-container.ts';

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('batchline transform --url', () => {
  test('scores a file: 0, lines on stdout, the summary on stderr', async (t) => {
    const { url } = await stubContainer(t, { metrics: 'batchline_peak_memory_bytes 1000000\n' });
    const folder = await temporaryFolder(t, { 'x.jsonl': '1\n2\n3\n' });
    const { status, stdout, stderr } = await transform([
      '--input',
      join(folder, 'x.jsonl'),
      '--output',
      join(folder, 'out'),
      '--url',
      url.href,
      '--preview',
      '2',
    ]);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '1\n2\n');
    assert.match(stderr, /^Completed: 1 of 1 object scored\n {2}records {6}3 output lines\n.*1\.0 MB \(server\)\n/s);
    assert.equal(await readFile(join(folder, 'out/x.jsonl.out'), 'utf8'), '1\n2\n3\n');
  });

  test('a failed object: 1, with the reason; --json has all of it', async (t) => {
    const { url } = await stubContainer(t, {
      executionParameters: '{"MaxConcurrentTransforms":2}',
      invocations: (request) => (request.body === 'bad\n' ? fail(400, 'no')(request) : echo(request)),
    });
    const folder = await temporaryFolder(t, { 'in/a': 'good\n', 'in/b': 'bad\n' });
    const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', url.href];
    const text = await transform(args);
    assert.equal(text.status, 1);
    assert.match(text.stderr, /^failed: b: the container answered 400: no\nFailed: 1 of 2 objects scored\n/);
    const json = await transform([...args, '--json', '--preview', '1']);
    assert.equal(json.status, 1);
    assert.equal(json.stderr, '');
    const { status, objects, settings, preview } = JSON.parse(json.stdout);
    assert.equal(status, 'Failed');
    assert.equal(objects[1].reason, 'the container answered 400: no');
    assert.equal(settings.from.maxConcurrentTransforms, 'container');
    assert.deepEqual(preview, ['good']);
    assert.deepEqual(
      (await readdir(join(folder, 'out'))).filter((name) => !name.startsWith('.')),
      ['a.out'],
    );
  });

  test('--dry-run prints the plan and sends nothing', async (t) => {
    const { url, requests } = await stubContainer(t, { executionParameters: '{"MaxPayloadInMB":20}' });
    const folder = await temporaryFolder(t, { 'in/a.csv': '1,2\n' });
    const args = [
      '--input',
      join(folder, 'in'),
      '--output',
      join(folder, 'out'),
      '--url',
      url.href,
      '--max-concurrent-transforms',
      '3',
      '--dry-run',
    ];
    const { status, stdout } = await transform(args);
    assert.equal(status, 0);
    assert.match(stdout, /\nMaxPayloadInMB +20 \(container\)\nMaxConcurrentTransforms +3 \(job\)\n/);
    assert.match(stdout, /\na\.csv \(4 bytes, text\/csv\) → .*\/out\/a\.csv\.out\n$/);
    const plan = JSON.parse((await transform([...args, '--json'])).stdout);
    assert.equal(plan.settings.batchStrategy, 'MultiRecord');
    assert.equal(plan.objects[0].contentType, 'text/csv');
    assert.equal(requests.length, 0);
    assert.deepEqual(await readdir(folder), ['in']);
  });

  test('no objects: 2', async (t) => {
    const folder = await temporaryFolder(t);
    const { status, stderr } = await transform([
      '--input',
      folder,
      '--output',
      `${folder}-out`,
      '--url',
      'http://127.0.0.1:1',
    ]);
    assert.equal(status, 2);
    assert.match(stderr, /^batchline: No S3 objects found under S3 URL /);
  });

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal}: ${status} and nothing partial left`, async (t) => {
      const folder = await temporaryFolder(t, { a: 'a\n' });
      const child: { process?: ChildProcess } = {};
      const { url } = await stubContainer(t, { invocations: () => child.process?.kill(signal) });
      const args = ['--input', join(folder, 'a'), '--output', join(folder, 'out'), '--url', url.href];
      const ended = await transform(args, (process) => (child.process = process));
      assert.equal(ended.status, status);
      assert.match(ended.stderr, /^Stopped: 0 of 1 object scored\n/);
      assert.deepEqual(await readdir(join(folder, 'out')), []);
    });
  }
});

describe('batchline transform --model', () => {
  const handler = 'export const predict = (records) => records.map(({ n }) => n * 2);';

  test('starts a server, scores, and stops it: line n answers line n', async (t) => {
    const folder = await temporaryFolder(t, {
      'model/code/inference.mjs': handler,
      'in/a.jsonl': '{"n":1}\nnot json\n\n{"n":4}',
    });
    const { status, stdout, stderr } = await transform([
      ...['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')],
      ...['--max-payload-in-mb', '0', '--workers', '1', '--json'],
    ]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    const { records, errorRecords, serverPeakMemoryBytes, settings } = JSON.parse(stdout);
    assert.deepEqual([records, errorRecords], [4, 2]);
    assert.ok(serverPeakMemoryBytes > 1e6);
    assert.equal(settings.from.maxConcurrentTransforms, 'container');
    const lines = (await readFile(join(folder, 'out/a.jsonl.out'), 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)?.error?.code ?? line),
      ['2', 'INVALID_JSON', 'EMPTY_RECORD', '8'],
    );
  });

  test('a model that cannot be loaded: 1, with what the server said', async (t) => {
    const folder = await temporaryFolder(t, { 'model/model.json': '{"name":', in: '{"n":1}\n' });
    const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')];
    const { status, stderr } = await transform(args);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^failed: AlgorithmError: the server ended with status 1; it said last:\n.*model\.json.*\nFailed: 0 of 1 object scored\n$/s,
    );
  });

  test('Ctrl-C ends the server too', async (t) => {
    const folder = await temporaryFolder(t, {
      'model/code/inference.mjs': `import { writeFileSync } from 'node:fs';
        export const predict = async ([{ pidFile }]) => {
          if (pidFile) {
            writeFileSync(pidFile, String(process.pid));
            await new Promise((resolve) => setTimeout(resolve, 60_000));
          }
          return [1];
        };`,
    });
    const pidFile = join(folder, 'pid');
    await writeFile(join(folder, 'in'), `${JSON.stringify({ pidFile })}\n`);
    const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')];
    let stoppedAt = 0;
    const { status } = await transform(args, async (child) => {
      while (!existsSync(pidFile)) await sleep(20);
      stoppedAt = performance.now();
      child.kill('SIGINT');
    });
    assert.equal(status, 130);
    assert.ok(performance.now() - stoppedAt < 5000);
    const pid = Number(await readFile(pidFile, 'utf8'));
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.deepEqual(await readdir(join(folder, 'out')), []);
  });
});

describe('wrong usage: 2, with what was expected', () => {
  const common = ['--input', 'package.json', '--output', '/tmp/never-made'];
  const url = ['--url', 'http://127.0.0.1:1'];
  const cases: [name: string, args: string[], message: RegExp][] = [
    ['no input', ['--output', 'x'], /expected --input, or a --job that says it/],
    ['no output', ['--input', 'x'], /expected --output, or a --job that says it/],
    ['neither model nor url', common, /expected one of --model, --image, --url and --create-model, received none/],
    ['both', [...common, ...url, '--model', 'x'], /received --url and --model or --image/],
    ['a missing input', ['--input', 'no/such', '--output', 'x', ...url], /received no\/such \(ENOENT/],
    [
      'a missing model',
      [...common, '--model', 'no/such'],
      /--model: expected a model folder or a model\.tar\.gz, received no\/such/,
    ],
    ['workers of others', [...common, ...url, '--workers', '2'], /--workers is for batchline's own server/],
    ['no address', [...common, '--url', 'localhost:8080'], /'localhost:8080' is invalid\. Expected an address such as/],
    [
      'another strategy',
      [...common, ...url, '--batch-strategy', 'Nice'],
      /Allowed choices are MultiRecord, SingleRecord/,
    ],
    [
      'another split',
      [...common, ...url, '--split-type', 'Words'],
      /Allowed choices are None, Line, RecordIO, TFRecord/,
    ],
    ['too long a timeout', [...common, ...url, '--timeout-seconds', '3601'], /Expected a whole number from 1 to 3600/],
    ['too many retries', [...common, ...url, '--max-retries', '4'], /Expected a whole number from 0 to 3/],
    [
      'no number',
      [...common, ...url, '--max-payload-in-mb', '6MB'],
      /'6MB' is invalid\. Expected a whole number from 0/,
    ],
    [
      'too much at once',
      [...common, ...url, '--max-payload-in-mb', '50', '--max-concurrent-transforms', '3'],
      /MaxPayloadInMB is 50 and MaxConcurrentTransforms is 3/,
    ],
    ['an unknown option', [...common, ...url, '--nice'], /unknown option '--nice'/],
  ];
  for (const [name, args, message] of cases) {
    test(name, async () => {
      const { status, stderr, stdout } = await transform(args);
      assert.match(stderr, message);
      assert.equal(status, 2);
      assert.equal(stdout, '');
    });
  }
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function transform(
  args: readonly string[],
  started: (child: ChildProcess) => unknown = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [cli, 'transform', '--no-report', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const meanwhile = started(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => (stdout += piece));
  child.stderr.on('data', (piece) => (stderr += piece));
  const [status] = (await once(child, 'close')) as [number | null];
  await meanwhile;
  // Progress is shown when a busy machine makes a short run long.
  return { status, stdout, stderr: stderr.replace(/^\d+\/\d+ objects, .*\n/gm, '') };
}
