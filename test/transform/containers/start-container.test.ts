import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from 'tar';
import { waitUntilReady } from '../../../src/transform/containers/ready.ts';
import type { RunningContainer, StartOptions } from '../../../src/transform/containers/running-container.ts';
import { containerStarter } from '../../../src/transform/containers/start-container.ts';
import { ownTmpdir } from '../../support/own-tmpdir.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { dockerWith, stubEngine } from './stub-engine.ts';

const never = new AbortController().signal;
const flagCombo = resolve('examples/flag-combo/model');

describe('an address', () => {
  test('is used as it is, and never ends', async () => {
    const url = new URL('http://127.0.0.1:1/');
    const container = await start({ spec: { kind: 'url', url } });
    assert.equal(container.url, url);
    await container.stop(0);
    assert.equal(await Promise.race([container.died, sleep(20, 'nothing')]), 'nothing');
  });
});

describe('a model without an image', () => {
  test('is served by our own server, from its archive, with what the service sets and nothing else', async (t) => {
    const model = await archive(t, flagCombo);
    const temporary = await ownTmpdir(t);
    process.env['SAGEMAKER_MAX_PAYLOAD_IN_MB'] = '77'; // of whoever starts the job: the service knows nothing of it
    t.after(() => delete process.env['SAGEMAKER_MAX_PAYLOAD_IN_MB']);
    const lines: string[] = [];
    const onLog = (line: string): unknown => lines.push(line);
    const environment = { SAGEMAKER_BATCH_STRATEGY: 'SINGLE_RECORD', SAGEMAKER_BIND_TO_PORT: '8081' };
    const container = await start({
      spec: { kind: 'process', model },
      environment,
      onLog,
    });
    t.after(() => container.stop(0));
    await waitUntilReady(container.url, { signal: never, deadlineMs: 30_000, died: container.died });
    const asked = (await (await fetch(new URL('execution-parameters', container.url))).json()) as Record<
      string,
      unknown
    >;
    assert.deepEqual([asked['BatchStrategy'], asked['MaxPayloadInMB']], ['SINGLE_RECORD', 6]);
    await container.stop(10_000);
    assert.ok(
      lines.some((line) => line.includes('"level":30')),
      lines.join('\n'),
    );
    assert.deepEqual(await temporary.left(), []);
  });

  test('is expected at the archive’s root', async (t) => {
    const model = await archive(t, resolve('examples/flag-combo'), 'model');
    const temporary = await ownTmpdir(t);
    await assert.rejects(start({ spec: { kind: 'process', model } }), {
      code: 'INVALID_MODEL',
      message: /model\.tar\.gz: expected the model at the archive's root, .* received it in the folder "model"/,
    });
    assert.deepEqual(await temporary.left(), []);
  });

  test('that cannot be served says why', async (t) => {
    const folder = await temporaryFolder(t, { 'model.json': '{"format":"pickle"}' });
    const ready = start({ spec: { kind: 'process', model: folder } }).then(async ({ url, died, stop }) => {
      t.after(() => stop(0));
      await waitUntilReady(url, { signal: never, deadlineMs: 30_000, died });
    });
    await assert.rejects(ready, { code: 'JOB_FAILED', message: /^the server ended with status \d+; .*model\.json/s });
  });
});

describe('an image', () => {
  const image = { kind: 'image', image: 'acme/scorer:1' } as const;
  const labelled = 'echo \'{"com.amazonaws.sagemaker.capabilities.accept-bind-to-port":"true"}\'';

  test('is run as the service does, with no value among the arguments', async (t) => {
    const engine = await stubEngine(t, { docker: dockerWith('50123', { 'image inspect': labelled }) });
    const lines: string[] = [];
    const environment = { SAGEMAKER_BIND_TO_PORT: '8081', SECRET: 'a b', LINES: 'one\ntwo' };
    const onLog = (line: string): unknown => lines.push(line);
    const spec = { ...image, model: flagCombo };
    const options = { name: 'job/1', environment, onLog, more: ['--gpus=all'] };
    const container = await start({ spec, ...options });
    assert.equal(container.url.href, 'http://127.0.0.1:50123/');
    await container.stop(1500);
    await container.stop(1500);
    const [ran = ''] = (await engine.calls()).filter((call) => call.startsWith('run '));
    assert.match(
      ran.replace(/--env-file \S+/, '--env-file F').replace(/-[0-9a-f]{6} /, '-X '),
      new RegExp(
        `^run --detach --name batchline-job-1-${process.pid}-X --label batchline\\.pid=${process.pid} ` +
          `--label batchline\\.host=${hostname()} --publish 127\\.0\\.0\\.1::8081 --env-file F --env LINES ` +
          `--mount type=bind,source=${flagCombo},target=/opt/ml/model,readonly --gpus=all acme/scorer:1 serve$`,
      ),
    );
    assert.equal(await engine.envFile(), 'SAGEMAKER_BIND_TO_PORT=8081\nSECRET=a b\n');
    const stops = (await engine.calls()).filter((call) => /^(stop|rm) /.test(call));
    assert.deepEqual(
      stops.map((call) => call.split(' ').slice(0, -1).join(' ')),
      ['stop -t 2', 'rm --force --volumes'],
    );
    assert.deepEqual(lines, ['begun', 'ended']);
    assert.equal(await Promise.race([container.died, sleep(50, 'nothing')]), 'nothing');
  });

  const ends: [name: string, over: Record<string, string>, message: RegExp][] = [
    [
      'with a status',
      { wait: 'sleep 0.2; echo 3; echo > stopped' },
      /^the container of acme\/scorer:1 ended with status 3; it said last:\n {2}begun/,
    ],
    ['by a signal', { wait: 'sleep 0.2; echo 139; echo > stopped' }, /was ended by SIGSEGV \(status 139\)/],
    [
      'for want of memory',
      { wait: 'sleep 0.2; echo 137; echo > stopped', inspect: 'echo true' },
      /ran out of memory and was killed \(status 137, OOMKilled\)/,
    ],
    [
      'together with its engine',
      { wait: 'sleep 0.2; echo > stopped; echo "daemon is gone" >&2; exit 1' },
      /^docker lost the container of acme\/scorer:1: daemon is gone/,
    ],
  ];
  for (const [name, over, message] of ends) {
    test(`that ends ${name} says so`, async (t) => {
      await stubEngine(t, { docker: dockerWith('50123', over) });
      const container = await start({ spec: image });
      assert.match((await container.died).message, message);
      await container.stop(0);
    });
  }

  test('that ended before its port was known fails with its last words', async (t) => {
    const over = { port: 'exit 1', wait: 'echo 1; echo > stopped' };
    const engine = await stubEngine(t, { docker: dockerWith('', over) });
    await assert.rejects(start({ spec: image }), { message: /^the container of acme\/scorer:1 ended with status 1/ });
    assert.match((await engine.calls()).join('\n'), /^rm --force/m);
  });

  test('that the engine does not run fails with its words', async (t) => {
    const engine = await stubEngine(t, { docker: dockerWith('', { run: 'echo "no space left" >&2; exit 125' }) });
    await assert.rejects(start({ spec: image }), { message: 'acme/scorer:1 cannot be started: no space left' });
    assert.match((await engine.calls()).join('\n'), /^rm --force/m);
  });

  test('that is not here is pulled', async (t) => {
    const over = { 'image inspect': '[ -e pulled ] && echo null', pull: 'echo > pulled' };
    const engine = await stubEngine(t, { docker: dockerWith('50123', over) });
    await (await start({ spec: image })).stop(0);
    assert.deepEqual(
      (await engine.calls()).filter((call) => call.startsWith('pull')),
      ['pull acme/scorer:1'],
    );
  });

  test('that cannot be pulled is named', async (t) => {
    const over = { 'image inspect': 'exit 1', pull: 'echo "access denied" >&2; exit 1' };
    await stubEngine(t, { docker: dockerWith('', over) });
    await assert.rejects(start({ spec: image }), {
      code: 'INVALID_INPUT',
      message: 'acme/scorer:1: docker has no such image, and cannot pull it: access denied',
    });
    await assert.rejects(start({ spec: { kind: 'image', image: '--privileged' } }), { code: 'INVALID_INPUT' });
  });

  test('of a pipeline has a label', async (t) => {
    await stubEngine(t, { docker: dockerWith('') });
    await assert.rejects(start({ spec: image, environment: { SAGEMAKER_BIND_TO_PORT: '8080' } }), {
      message: /expected the label com\.amazonaws\.sagemaker\.capabilities\.accept-bind-to-port=true, received none$/,
    });
  });

  test('comes after those that killed processes have left', async (t) => {
    const ps = `echo "a 999999999 ${hostname()}"; echo "b ${process.pid} ${hostname()}"; echo "c 999999999 another"`;
    const engine = await stubEngine(t, { docker: dockerWith('50123', { ps }) });
    await (await start({ spec: image })).stop(0);
    const removed = (await engine.calls()).filter((call) => /^rm .* \w$/.test(call));
    assert.deepEqual(removed, ['rm --force --volumes a']);
  });
});

async function start({
  more = [],
  ...options
}: Partial<StartOptions> & Pick<StartOptions, 'spec'> & { readonly more?: string[] }): Promise<RunningContainer> {
  const openStore = () => assert.fail('no store is needed');
  const startContainer = containerStarter({ cli: 'src/cli/main.ts', openStore, workers: 1, runOptions: more });
  return await startContainer({ environment: {}, signal: never, ...options });
}

async function archive(t: TestContext, folder: string, what = '.'): Promise<string> {
  const file = join(await temporaryFolder(t), 'model.tar.gz');
  await create({ cwd: folder, gzip: true, file }, [what]);
  return file;
}
