import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { handlerModel } from '../support/handler-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn } from '../transform/run-files.ts';
import { fail, type StubRequest, stubContainer } from '../transform/stub-container.ts';
import { type Ended, everyFileIn, transform } from './command.ts';

describe('what a container does wrong', { concurrency: 3 }, () => {
  const files = { 'in/a.csv': 'good\n', 'in/b.csv': 'good\nbad\n', 'in/c.csv': 'good\n' };
  const bad = (answer: (request: StubRequest) => unknown) => (request: StubRequest) =>
    request.body.includes('bad') ? answer(request) : request.response.end(request.body);
  const cases: [about: string, answer: (request: StubRequest) => unknown, more: string[], message: string][] = [
    ['500s', fail(500, 'broken'), ['--max-retries', '1'], 'the container answered 500: broken (after 1 retry)'],
    [
      'hangs',
      () => undefined,
      ['--timeout-seconds', '1', '--max-retries', '0'],
      'no reply from the container: none within 1 s',
    ],
    [
      'breaks off a reply',
      ({ response, raw }) => response.write('half', () => raw.socket.destroy()),
      ['--max-retries', '1'],
      'no reply from the container: aborted (after 1 retry)',
    ],
    [
      'loses a line',
      ({ response }) => response.end('good\n'),
      ['--join-source', 'Input', '--content-type', 'text/csv', '--accept', 'text/csv'],
      'Failed to join the output with the input: expected as many lines as the mini-batch has, 2, received 1',
    ],
  ];
  for (const [about, answer, more, message] of cases) {
    test(about, async (t) => {
      const { url } = await stubContainer(t, { invocations: bad(answer) });
      const folder = await temporaryFolder(t, files);
      const ended = await transformFiles(t, folder, [
        '--url',
        url.href,
        '--assume',
        'first-retry-seconds=0.001',
        ...more,
      ]);
      assert.equal(ended.status, 1, ended.stderr);
      assert.ok(ended.stderr.includes(`failed: b.csv: ${message}\nFailed: 2 of 3 objects scored\n`), ended.stderr);
      await expectOutputs(folder, ['a.csv.out', 'c.csv.out'], ended);
    });
  }

  test('is never ready', async (t) => {
    const { url } = await stubContainer(t, { ping: (response) => response.writeHead(503).end() });
    const folder = await temporaryFolder(t, files);
    const ended = await transformFiles(t, folder, ['--url', url.href, '--assume', 'ping-seconds=0.2']);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(
      ended.stderr,
      /^failed: AlgorithmError: Model container failed to respond to ping\. .*it answered 503/m,
    );
    await expectOutputs(folder, [], ended);
  });

  const models: [about: string, code: string, more: string[], message: RegExp][] = [
    [
      'of ours loads for ever',
      'export const load = () => new Promise(() => setInterval(() => undefined, 1000));',
      ['--assume', 'ping-seconds=2'],
      /^failed: AlgorithmError: Model container failed to respond to ping/m,
    ],
    [
      'of ours ends while it loads',
      "export const load = () => { throw new Error('no weights'); };",
      [],
      /^failed: AlgorithmError: the server ended with status 1.*no weights/ms,
    ],
    [
      'of ours is killed',
      "export const predict = (batch) => { if (batch.includes('bad')) process.kill(process.pid, 'SIGKILL'); return batch; };",
      ['--max-concurrent-transforms', '1'],
      /^failed: b\.jsonl: the server was ended by SIGKILL/m,
    ],
  ];
  for (const [about, code, more, message] of models) {
    test(about, async (t) => {
      const folder = await temporaryFolder(t, {
        'in/a.jsonl': '"good"\n',
        'in/b.jsonl': '"bad"\n',
        'in/c.jsonl': '"good"\n',
      });
      const model = await handlerModel(t, code);
      const ended = await transformFiles(t, folder, ['--model', model, '--workers', '1', ...more]);
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, message);
      await expectOutputs(folder, about.endsWith('killed') ? ['a.jsonl.out'] : [], ended);
    });
  }
});

async function transformFiles(t: TestContext, folder: string, more: readonly string[]): Promise<Ended> {
  const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--no-report', ...more];
  return await transform(t, args);
}

async function expectOutputs(folder: string, expected: readonly string[], { left }: Ended): Promise<void> {
  assert.deepEqual(Object.keys(await filesIn(join(folder, 'out'))), expected);
  assert.deepEqual(
    (await everyFileIn(join(folder, 'out'))).filter((name) => name.endsWith('.tmp')),
    [],
  );
  assert.deepEqual(left, []);
}
