import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { handlerModel } from '../support/handler-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const model = fileURLToPath(new URL('../../examples/flag-combo/model', import.meta.url));

describe('batchline inspect', () => {
  test('an input in order: 0, what it holds on stdout', async (t) => {
    const folder = await temporaryFolder(t, { 'x.jsonl': '1\n22\n3\n' });
    const { status, stdout, stderr } = await inspect(['x.jsonl'], folder);
    assert.equal(status, 0, stderr);
    assert.equal(
      stdout,
      `objects        1, 0.0 MB
content type   application/jsonlines
records        3
longest        3 bytes, x.jsonl:2
mini-batches   1 (SplitType Line, MultiRecord, of up to 6 MiB)

Nothing to trip over.
`,
    );
    assert.equal(stderr, '');
  });

  test('warnings: 0, with places and what to do', async (t) => {
    const folder = await temporaryFolder(t, { 'in/x.jsonl': '1\nsecret,\n\nx\nx\nx\n' });
    const { status, stdout } = await inspect(['in', '--max-problems', '2'], folder);
    assert.equal(status, 0);
    assert.match(stdout, /^WARNING {2}4 records not JSON: an error line each\n {4}in\/x\.jsonl:2: expected a value at/);
    assert.match(stdout, /\n {4}… 2 more\n {4}→ repair or remove them\n/);
    assert.match(stdout, /\n\nThis job would run, with 2 warnings\.\n$/);
    assert.doesNotMatch(stdout, /secret/);
  });

  test('the input and settings of a job; options override it', async (t) => {
    const folder = await temporaryFolder(t, { 'in/part-1': '1,2\n', 'in/part-2': '3,4\n', 'in/other': 'x' });
    const job = {
      TransformJobName: 'j',
      ModelName: 'm',
      MaxPayloadInMB: 20,
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${folder}/in/part-` } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: { S3OutputPath: `file://${folder}/out` },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    };
    await writeFile(join(folder, 'job.json'), JSON.stringify(job));
    const { status, stdout, stderr } = await inspect(['--job', 'job.json', '--instance-count', '3'], folder);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /objects +2, .*\ncontent type +text\/csv\nrecords +2, 2 columns\n.*up to 20 MiB/s);
    assert.match(stdout, /instances/);
  });

  test('a failure: 1; --json has all of it', async (t) => {
    const folder = await temporaryFolder(t, { 'x.json': '[\n1,\n2]' });
    const text = await inspect(['x.json'], folder);
    assert.equal(text.status, 1);
    assert.match(text.stdout, /^FAILURE {2}1 object one JSON text.*This job would fail: 1 problem\.\n$/s);
    const { status, stdout } = await inspect([`file://${folder}/x.js`, '--json'], folder);
    assert.equal(status, 1);
    const { problems, settings, records } = JSON.parse(stdout);
    assert.equal(problems[0].code, 'documentInLines');
    assert.equal(problems[0].severity, 'failure');
    assert.equal(settings.splitType, 'Line');
    assert.equal(records, 3);
  });

  const usage: [name: string, args: string[], message: RegExp][] = [
    ['no input', [], /expected an input, or a --job that names it, received neither/],
    ['what is not there', ['nowhere'], /expected a file, a folder or a URI, received nowhere/],
    ['another scheme', ['http://x/y'], /expected s3:\/\/bucket\/key or file:\/\/\/absolute\/path, received "http:/],
    ['a bad number', ['x', '--max-payload-in-mb', '101'], /Expected a whole number from 0 to 100/],
    ['a bad choice', ['x', '--split-type', 'Rows'], /Allowed choices are Line, None, RecordIO, TFRecord/],
  ];
  for (const [name, args, message] of usage) {
    test(`${name}: 2`, async (t) => {
      const { status, stderr, stdout } = await inspect(args, await temporaryFolder(t));
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }

  test('keys cannot give orders to a terminal', async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'a\u001b[2J.jsonl'), 'x\n');
    const { stdout } = await inspect(['.'], folder);
    assert.match(stdout, /a\uFFFD\[2J\.jsonl:1/);
  });
});

describe('batchline inspect MODEL', () => {
  test('describes it after serving it', async (t) => {
    const { status, stdout, stderr } = await inspect([model], await temporaryFolder(t));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^model {10}flag_combo, version /);
    assert.match(stdout, /\nlabels {9}no_combo, combo\n/);
    assert.match(stdout, /\nReady to serve in [\d.]+ s: /);
    const { format, bytes } = JSON.parse((await inspect([model, '--json'], await temporaryFolder(t))).stdout);
    assert.equal(format, 'linear-text');
    assert.ok(bytes > 1000);
  });

  test('one that cannot be loaded: 1, with the reason of serve', async (t) => {
    const folder = await handlerModel(t, 'throw new Error("no weights")');
    const { status, stdout, stderr } = await inspect([folder], folder);
    assert.equal(status, 1);
    assert.match(stderr, /no weights/);
    assert.equal(stdout, '');
  });

  test('one whose warm-up record fails: 1', async (t) => {
    const folder = await handlerModel(t, 'export function predict() { throw new Error("oh") }', { warmup: 1 });
    const { status, stderr } = await inspect([folder], folder);
    assert.equal(status, 1);
    assert.match(stderr, /cannot score its warm-up record: MODEL_ERROR: .*oh/);
  });
});

async function inspect(args: string[], cwd: string): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cli, 'inspect', ...args], { cwd });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: status as number, stdout, stderr };
}
