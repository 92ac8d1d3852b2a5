import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../../../src/transform/containers/server-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

/** Stands for src/cli/main.ts: what is tested here is the life of the process, not the server. */
const listening = `
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end(JSON.stringify({ args: process.argv.slice(2), env: process.env })));
server.listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), process.env.BATCHLINE_HOST, () =>
  process.send({ listening: server.address().port }));
process.on('disconnect', () => process.exit());
`;

describe('a started server', () => {
  test('is given the arguments and environment of the service, and says where it listens', async (t) => {
    const server = await start(t, listening, { SAGEMAKER_MAX_PAYLOAD_IN_MB: '7' });
    const url = await server.address(never, 10_000);
    const { args, env } = (await (await fetch(url)).json()) as { args: string[]; env: Record<string, string> };
    assert.deepEqual(args, ['serve', '--model', '/a/model']);
    assert.equal(env['SAGEMAKER_BATCH'], 'true');
    assert.equal(env['SAGEMAKER_MAX_PAYLOAD_IN_MB'], '7');
    assert.equal(env['SAGEMAKER_BATCH_STRATEGY'], undefined);
    assert.equal(env['PATH'], process.env['PATH']);
  });

  test('ends by SIGTERM', async (t) => {
    const server = await start(t, listening);
    const url = await server.address(never, 10_000);
    await server.stop();
    await assert.rejects(fetch(url));
    await server.stop(); // once more does no harm
  });

  test('that does not is killed', async (t) => {
    const server = await start(t, `process.on('SIGTERM', () => {});${listening}`);
    const url = await server.address(never, 10_000);
    const start_ = performance.now();
    await server.stop(200);
    assert.ok(performance.now() - start_ < 5000);
    await assert.rejects(fetch(url));
  });
});

test('what it writes is told, line by line', async (t) => {
  const lines: string[] = [];
  const folder = await temporaryFolder(t, { 'main.mjs': `console.log('one');console.error('two');${listening}` });
  const server = new ServerProcess({
    cli: join(folder, 'main.mjs'),
    modelDir: '/a/model',
    environment: {},
    onLog: (line) => lines.push(line),
  });
  await server.address(never, 10_000);
  await server.stop();
  assert.deepEqual(lines.sort(), ['one', 'two']);
});

describe('a server that cannot start', () => {
  test('fails with the end of what it wrote', async (t) => {
    const log = { level: 60, msg: 'cannot load the model', err: { message: 'model.json: version is missing' } };
    const server = await start(t, `console.error('first');console.error('${JSON.stringify(log)}');process.exit(3)`);
    await assert.rejects(server.address(never, 10_000), {
      code: 'JOB_FAILED',
      message:
        'the server ended with status 3; it said last:\n  first\n  cannot load the model: model.json: version is missing',
    });
  });

  test('in time fails', async (t) => {
    const server = await start(t, 'setInterval(() => {}, 1000)');
    await assert.rejects(server.address(never, 300), { message: 'the server did not listen within 0.3 s' });
  });

  test('before it is no longer wanted ends with the reason', async (t) => {
    const server = await start(t, 'setInterval(() => {}, 1000)');
    await assert.rejects(server.address(AbortSignal.abort(new Error('enough')), 10_000), /^Error: enough$/);
  });
});

describe('its death', () => {
  test('is told with the signal', async (t) => {
    const server = await start(t, `${listening}setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)`);
    await server.address(never, 10_000);
    assert.equal((await server.died).message, 'the server was ended by SIGKILL');
  });

  test('is none where it was asked to end', async (t) => {
    const server = await start(t, listening);
    await server.address(never, 10_000);
    await server.stop();
    assert.equal(await Promise.race([server.died, sleep(100, 'nothing')]), 'nothing');
  });
});

async function start(t: TestContext, program: string, environment = {}): Promise<ServerProcess> {
  const folder = await temporaryFolder(t, { 'main.mjs': program });
  const server = new ServerProcess({ cli: join(folder, 'main.mjs'), modelDir: '/a/model', environment });
  t.after(() => server.stop(0));
  return server;
}
