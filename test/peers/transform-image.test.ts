import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { create } from 'tar';
import { waitUntilReady } from '../../src/transform/containers/ready.ts';
import type { RunningContainer, StartOptions } from '../../src/transform/containers/running-container.ts';
import { containerStarter, type StarterOptions } from '../../src/transform/containers/start-container.ts';
import { Invoker } from '../../src/transform/invoking/invoke.ts';
import { PipelineInvoker } from '../../src/transform/invoking/pipeline-invoker.ts';
import type { ContainerReply } from '../../src/transform/invoking/reply.ts';
import { ownTmpdir } from '../support/own-tmpdir.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Images as a job runs them: batchline's own, and one that knows nothing of batchline.

const ownImage = 'batchline:transform-test';
const foreignImage = 'batchline-test/foreign:1';
const unlabelledImage = 'batchline-test/unlabelled:1';
const unservingImage = 'batchline-test/unserving:1';
const flagCombo = resolve('examples/flag-combo/model');
const hasEngine = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
const never = new AbortController().signal;

const foreignServer = `
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { MODE, SAGEMAKER_BIND_TO_PORT = '8080' } = process.env;
console.log('begun with', process.argv.slice(2).join());
if (MODE === 'exit') { console.error('no such model: ü'); process.exit(3); }
if (MODE === 'deaf') process.on('SIGTERM', () => {}); else process.on('SIGTERM', () => process.exit(0));
const held = [];
const answers = {
  hang: () => {},
  fail: (response) => response.writeHead(500).end('cannot\\nscore'),
  eat: () => setInterval(() => held.push(Buffer.alloc(16e6, 1)), 1),
  look: (response) => {
    let written = 'written';
    try { writeFileSync('/opt/ml/model/x', ''); } catch (error) { written = error.code; }
    const model = readdirSync('/opt/ml/model').sort();
    response.end(JSON.stringify({ env: process.env, uid: process.getuid(), model, written }));
  },
};
createServer(async (request, response) => {
  if (request.url === '/ping') return response.writeHead(MODE === 'unready' ? 503 : 200).end();
  if (request.url !== '/invocations') return response.writeHead(404).end();
  let body = '';
  for await (const piece of request) body += piece;
  console.log('asked', body);
  if (answers[body]) answers[body](response);
  else response.end(body + SAGEMAKER_BIND_TO_PORT);
}).listen(Number(SAGEMAKER_BIND_TO_PORT));
`;

describe('a job’s containers', { skip: !hasEngine && 'no docker engine answers' }, () => {
  before(async () => {
    const dockerfile = 'FROM node:24-bookworm-slim\nCOPY server.mjs /\nUSER 1000\nENTRYPOINT ["node", "/server.mjs"]\n';
    const label = 'LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port="true"\n';
    await build(unlabelledImage, { Dockerfile: dockerfile, 'server.mjs': foreignServer });
    await build(unservingImage, { Dockerfile: 'FROM node:24-bookworm-slim\nENTRYPOINT []\n' });
    await build(foreignImage, { Dockerfile: dockerfile + label, 'server.mjs': foreignServer });
  });

  test('see what SageMaker shows them, and leave nothing behind', async (t) => {
    const environment = { PLAIN: 'a b', QUOTED: `"it's" #1 $HOME`, ACCENT: 'ü', LINES: 'one\ntwo', EMPTY: '' };
    const lines: string[] = [];
    const onLog = (line: string): unknown => lines.push(line);
    const model = await archive(t, { 'weights.bin': 'x', 'code/inference.py': '' });
    const temporary = await ownTmpdir(t);
    const container = await start(t, { model, environment: { ...environment, SAGEMAKER_BATCH: 'true' }, onLog });
    await ready(container);
    const seen = JSON.parse(await ask(t, container, 'look')) as Record<string, unknown>;
    const { env, ...others } = seen as { env: Record<string, string> };
    assert.deepEqual(others, { uid: 1000, model: ['code', 'weights.bin'], written: 'EROFS' });
    const { PLAIN, QUOTED, ACCENT, LINES, EMPTY, SAGEMAKER_BATCH } = env;
    assert.deepEqual({ PLAIN, QUOTED, ACCENT, LINES, EMPTY }, environment);
    assert.equal(SAGEMAKER_BATCH, 'true');
    assert.equal((await ours()).length, 1);
    await container.stop(10_000);
    assert.deepEqual(lines, ['begun with serve', 'asked look']);
    assert.deepEqual(await ours(), []);
    assert.deepEqual(await temporary.left(), []);
  });

  test('of batchline itself score', async (t) => {
    await docker('build', '--tag', ownImage, '.');
    const outlets = await readFile('examples/flag-combo/data/outlets.jsonl', 'utf8');
    const container = await start(t, { image: ownImage, model: flagCombo });
    await ready(container);
    const answer = await ask(t, container, outlets);
    assert.equal(answer.split('\n').length, outlets.split('\n').length);
    await container.stop(30_000);
    assert.deepEqual(await ours(), []);
  });

  test('that are never ready are waited for as long as is said', async (t) => {
    const container = await start(t, { environment: { MODE: 'unready' } });
    const waited = waitUntilReady(container.url, { died: container.died, signal: never, deadlineMs: 1500 });
    await assert.rejects(waited, {
      name: 'PingError',
      message: /ping: expected 200 within 2 s; last attempt: it answered 503$/,
      failureReason: /^AlgorithmError: Model container failed to respond to ping\./,
    });
  });

  test('that end at once fail with their last words', async (t) => {
    const started = start(t, { environment: { MODE: 'exit' } }).then(ready);
    await assert.rejects(started, {
      code: 'JOB_FAILED',
      message: `the container of ${foreignImage} ended with status 3; it said last:\n  begun with serve\n  no such model: ü`,
    });
  });

  test('that answer 500, or not at all, fail the request alone', async (t) => {
    const container = await start(t, {});
    await ready(container);
    await assert.rejects(ask(t, container, 'fail'), {
      dataLog: ['Bad HTTP status received from algorithm: 500', '', 'Message:', 'cannot', 'score'],
    });
    await assert.rejects(ask(t, container, 'hang', 300), { failure: 'timeout' });
    assert.equal(await ask(t, container, 'x'), 'x8080');
  });

  test('that are killed say so', async (t) => {
    const container = await start(t, {});
    await ready(container);
    const hanging = assert.rejects(ask(t, container, 'hang'), { failure: 'connection' });
    await docker('kill', ...(await ours()));
    assert.match((await container.died).message, /^the container of \S+ was ended by SIGKILL \(status 137\); it said/);
    await hanging;
    await container.stop(0);
  });

  test('that eat up their memory say so', async (t) => {
    const container = await start(t, {}, { runOptions: ['--memory=160m', '--memory-swap=160m'] });
    await ready(container);
    await assert.rejects(ask(t, container, 'eat'), { failure: 'connection' });
    assert.match((await container.died).message, /ran out of memory and was killed \(status 137, OOMKilled\)/);
  });

  test('that are deaf to SIGTERM are killed when the grace is over', async (t) => {
    const container = await start(t, { environment: { MODE: 'deaf' } });
    await ready(container);
    const begun = performance.now();
    await container.stop(1000);
    const took = performance.now() - begun;
    assert.ok(took > 900 && took < 8000, `${took} ms`);
    assert.deepEqual(await ours(), []);
  });

  test('without a program named serve cannot be started', async (t) => {
    await assert.rejects(start(t, { image: unservingImage }), {
      code: 'JOB_FAILED',
      message: /^batchline-test\/unserving:1 cannot be started: .*"serve": executable file not found/s,
    });
    assert.deepEqual(await ours(), []);
  });

  test('of an image that is nowhere cannot be started', async (t) => {
    await assert.rejects(start(t, { image: '127.0.0.1:1/no/such:image' }), {
      code: 'INVALID_INPUT',
      message: /^127\.0\.0\.1:1\/no\/such:image: docker has no such image, and cannot pull it: .*refused/s,
    });
  });

  test('that are no longer wanted are not started', async (t) => {
    await assert.rejects(start(t, { signal: AbortSignal.abort(new Error('enough')) }), /^Error: enough$/);
    assert.deepEqual(await ours(), []);
  });

  test('in a row listen where they are told to', async (t) => {
    const ports = ['8080', '8081'];
    const containers = await Promise.all(
      ports.map((port) => start(t, { environment: { SAGEMAKER_BIND_TO_PORT: port } })),
    );
    await Promise.all(containers.map(ready));
    const pipeline = new PipelineInvoker(containers.map((container) => invoker(container, 10_000)));
    t.after(() => pipeline.close());
    const body = { body: [Buffer.from('>')], bytes: 1 };
    assert.equal(await pipeline.invoke({ body, key: 'b/k', contentType: undefined }, textOf, never), '>80808081');
  });

  test('in a row say by a label that they listen where they are told to', async (t) => {
    const environment = { SAGEMAKER_BIND_TO_PORT: '8081' };
    await assert.rejects(start(t, { image: unlabelledImage, environment }), {
      code: 'INVALID_INPUT',
      message: /expected the label com\.amazonaws\.sagemaker\.capabilities\.accept-bind-to-port=true, received none$/,
    });
  });

  test('of processes that were killed are removed, those of others are not', async (t) => {
    const { pid: dead } = spawnSync('true');
    const run = (pid: number, host: string): Promise<string> => {
      const labels = ['--label', `batchline.pid=${pid}`, '--label', `batchline.host=${host}`];
      return docker('run', '--detach', ...labels, foreignImage, 'serve');
    };
    const ids = [await run(dead, hostname()), await run(dead, 'another'), await run(process.ppid, hostname())];
    t.after(() => docker('rm', '--force', ...ids).catch(() => undefined));
    await start(t, {});
    const left = await docker('ps', '--all', '--quiet', '--no-trunc');
    assert.deepEqual(
      ids.map((id) => left.includes(id)),
      [false, true, true],
    );
  });
});

type Partly = Partial<StartOptions> & { readonly image?: string; readonly model?: string };

async function start(
  t: TestContext,
  { image = foreignImage, model, ...options }: Partly,
  starter: Partial<StarterOptions> = {},
): Promise<RunningContainer> {
  const openStore = () => assert.fail('no store is needed');
  const startContainer = containerStarter({ cli: 'src/cli/main.ts', openStore, engine: 'docker', ...starter });
  const spec = { kind: 'image', image, ...(model === undefined ? {} : { model }) } as const;
  const container = await startContainer({ spec, name: 'job-1', environment: {}, signal: never, ...options });
  t.after(() => container.stop(0));
  return container;
}

async function ready(container: RunningContainer): Promise<void> {
  await waitUntilReady(container.url, { died: container.died, signal: never, deadlineMs: 30_000 });
}

async function ask(t: TestContext, container: RunningContainer, text: string, timeoutMs = 10_000): Promise<string> {
  const to = invoker(container, timeoutMs);
  t.after(() => to.close());
  const body = { body: [Buffer.from(text)], bytes: Buffer.byteLength(text) };
  return await to.invoke({ body, key: 'b/k', contentType: 'application/jsonlines' }, textOf, never);
}

function invoker({ url }: RunningContainer, timeoutMs: number): Invoker {
  return new Invoker({ url: new URL('invocations', url), accept: undefined, connections: 1, timeoutMs });
}

async function textOf(reply: ContainerReply): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function archive(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder(t, files);
  const file = join(await temporaryFolder(t), 'model.tar.gz');
  await create({ cwd: folder, gzip: true, file }, ['.']);
  return file;
}

async function build(tag: string, files: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-test-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await docker('build', '--tag', tag, folder);
  await rm(folder, { recursive: true });
}

/** The containers that this process has started and not removed. */
async function ours(): Promise<string[]> {
  const listed = await docker('ps', '--all', '--quiet', '--filter', `label=batchline.pid=${process.pid}`);
  return listed.split('\n').filter(Boolean);
}

async function docker(...args: string[]): Promise<string> {
  return (await promisify(execFile)('docker', args, { maxBuffer: 1 << 24 })).stdout.trim();
}
