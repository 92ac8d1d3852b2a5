import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { echo, handlerModel, troublesome } from '../support/handler-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Served {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
  url(): Promise<string>;
}

/** `batchline serve` as a process of its own, which tells the port it listens on as it tells `batchline transform`. */
function serve(t: TestContext, args: string[], env: Record<string, string> = {}): Served {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'serve', ...args], {
    env: { ...process.env, SAGEMAKER_BIND_TO_PORT: '0', BATCHLINE_HOST: '127.0.0.1', BATCHLINE_WORKERS: '2', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const listening = once(child, 'message').then(
    ([message]) => `http://127.0.0.1:${(message as { listening: number }).listening}`,
  );
  listening.catch(() => {});
  return {
    child,
    stderr: () => stderr,
    exit: once(child, 'exit').then(([code]) => code as number | null),
    async url() {
      const url = await listening;
      while ((await fetch(`${url}/ping`)).status !== 200) await sleep(20);
      return url;
    },
  };
}

const lines = { 'content-type': 'application/jsonlines' };

test('SIGTERM finishes what is under way, refuses what is new, and exits 0', async (t) => {
  const served = serve(t, ['--model', await handlerModel(t, troublesome)]);
  const url = await served.url();
  const underWay = fetch(`${url}/invocations`, { method: 'POST', body: '{"ms":1000}\n', headers: lines });
  await sleep(300);
  served.child.kill('SIGTERM');
  await sleep(100);
  await assert.rejects(fetch(`${url}/ping`), 'nobody listens any more');
  const answer = await underWay;
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '{"ms":1000}\n');
  assert.equal(await served.exit, 0);
});

test('idle keep-alive connections do not hold a stopping server', async (t) => {
  const served = serve(t, ['--model', await handlerModel(t, echo)]);
  const url = await served.url();
  await (await fetch(`${url}/ping`)).text(); // undici keeps the connection open
  const start = performance.now();
  served.child.kill('SIGTERM');
  assert.equal(await served.exit, 0);
  assert.ok(performance.now() - start < 5000);
});

test('what is still under way after BATCHLINE_DRAIN_TIMEOUT_MS is cut, and the exit status says so', async (t) => {
  const served = serve(t, ['--model', await handlerModel(t, troublesome)], { BATCHLINE_DRAIN_TIMEOUT_MS: '200' });
  const url = await served.url();
  const cut = assert.rejects(fetch(`${url}/invocations`, { method: 'POST', body: '{"hang":true}\n', headers: lines }));
  await sleep(300);
  served.child.kill('SIGTERM');
  await cut;
  assert.equal(await served.exit, 1);
});

test('a model that cannot load ends the process with status 1 and one clear message', async (t) => {
  for (const [dir, message] of [
    [await temporaryFolder(t), /expected model\.json or code\/inference/],
    [await handlerModel(t, `export const load = () => { throw new Error('no weights'); };`), /load failed: no weights/],
    [await handlerModel(t, 'syntax error here'), /import failed/],
    [await handlerModel(t, echo, { warmup: { n: 1 }, output: ['score'] }), /warm-up record: INVALID_PREDICTION/],
    ['/nonexistent', /\/nonexistent: no such folder/],
  ] as const) {
    const served = serve(t, ['--model', dir]);
    assert.equal(await served.exit, 1, message.source);
    const messages = served
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('batchline: '));
    assert.equal(messages.length, 1, served.stderr());
    assert.match(messages[0] ?? '', message);
  }
});

test('wrong usage exits with 2: a setting, an option, a port in use', async (t) => {
  const model = await handlerModel(t, echo);
  for (const [args, env, message] of [
    [['--model', model], { BATCHLINE_WORKERS: 'many' }, /BATCHLINE_WORKERS: expected a whole number/],
    [['--model', model], { BATCHLINE_WORKRES: '1' }, /BATCHLINE_WORKRES: there is no such setting/],
    [['--model', model], { SAGEMAKER_INFERENCE_OUTPUT: 'label' }, /SAGEMAKER_INFERENCE_OUTPUT: expected/],
    [['--modle', model], {}, /unknown option '--modle'/],
  ] as const) {
    const served = serve(t, [...args], env);
    assert.equal(await served.exit, 2, served.stderr());
    assert.match(served.stderr(), message);
  }
});

test('the log is one JSON line a request, with counts and never with content', async (t) => {
  const served = serve(t, ['--model', await handlerModel(t, troublesome)]);
  const url = await served.url();
  const headers = { ...lines, 'x-amzn-sagemaker-input-object': 'bucket/key.jsonl' };
  const body = '{"secret":"swordfish"}\n{"throw":true,"secret":"swordfish"}\n{"secret":\n';
  assert.equal((await fetch(`${url}/invocations`, { method: 'POST', body, headers })).status, 200);
  assert.equal(
    (await fetch(`${url}/invocations`, { method: 'POST', body: '{"secret":\n'.repeat(30), headers })).status,
    400,
  );
  served.child.kill('SIGTERM');
  await served.exit;
  const log = served
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [scored, refused] = log.filter(({ path }) => path === '/invocations');
  assert.deepEqual(
    { ...scored, time: 0, ms: 0 },
    {
      level: 30,
      time: 0,
      path: '/invocations',
      status: 200,
      records: 3,
      errors: 2,
      errorCodes: { MODEL_ERROR: 1, INVALID_JSON: 1 },
      bytes: body.length,
      ms: 0,
      model: `${scored.model}`,
      object: 'bucket/key.jsonl',
      msg: 'scored',
    },
  );
  assert.deepEqual([refused.level, refused.status, refused.code], [40, 400, 'TOO_MANY_ERRORS']);
  assert.doesNotMatch(served.stderr(), /swordfish|secret/);
});
