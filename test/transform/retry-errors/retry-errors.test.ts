import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openStores } from '../../../src/storage/open-store.ts';
import { ErrorsFile } from '../../../src/transform/objects/errors-file.ts';
import { type RetriedObject, retryErrors } from '../../../src/transform/retry-errors/retry-errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { filesIn, type JobChanges, never, optionsIn, prepareIn } from '../run-files.ts';
import { scoreLines } from '../scoring-stub.ts';
import { type StubContainer, type StubRequest, stubContainer } from '../stub-container.ts';

const good = (line: string): string => `${JSON.stringify({ line })}\n`;
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

describe('records of errors.jsonl are scored again', () => {
  const content = 'bad 1\nb\r\nbad 3\r\nbad 4\n\nbad ü';
  const forms: [name: string, content: string | Uint8Array, changes: JobChanges][] = [
    ['of a plain object', content, {}],
    ['of SingleRecord', content, { BatchStrategy: 'SingleRecord' }],
    ['of a stream', content, { MaxPayloadInMB: 0 }],
    ['of a shard', content, { options: { shardBytes: 8 } }],
    ['whose terminator was stripped', content, { assume: ['terminator=strip'] }],
    ['of a Gzip object', gzipSync(content), { TransformInput: { CompressionType: 'Gzip' } }],
  ];
  for (const [name, x, changes] of forms) {
    test(`and put in their places: ${name}`, async (t) => {
      const job = await scored(t, { x }, changes);
      assert.deepEqual(
        linesOf(await job.errors()).map((line) => JSON.parse(line).line),
        [1, 3, 4, 6],
      );
      job.mend();
      const [object] = await job.retry();
      assert.deepEqual(object, { key: 'x', retried: 4, errors: 0 });
      const records = ['bad 1', 'b\r', 'bad 3\r', 'bad 4', '', 'bad ü'];
      assert.deepEqual((await job.outputs())['x.out'], records.map(good).join(''));
      await assert.rejects(job.errors(), { code: 'ENOENT' });
    });
  }

  test('also where blank lines were dropped', async (t) => {
    const job = await scored(t, { x: 'a\n\n\r\nbad 2\n\nbad 3\n' }, { assume: ['blank-lines=drop'] });
    job.mend();
    assert.deepEqual(await job.retry(), [{ key: 'x', retried: 2, errors: 0 }]);
    assert.equal((await job.outputs())['x.out'], ['a', 'bad 2', 'bad 3'].map(good).join(''));
  });

  test('and nothing else: other lines, and objects without an entry, stay as they are', async (t) => {
    const job = await scored(t, { x: 'a\nbad\nc\n', y: 'd\n' });
    job.mend();
    const sent = job.container.requests.length;
    await job.retry();
    assert.deepEqual(
      job.container.requests.slice(sent).map(({ body }) => body),
      ['bad\n'],
    );
    assert.equal((await job.outputs())['y.out'], good('d'));
  });

  test('and those that are bad again stay in errors.jsonl, for the next time', async (t) => {
    const job = await scored(t, { x: 'bad 1\nb\nbad 3\n' });
    job.mend('bad 1');
    assert.deepEqual(await job.retry(), [{ key: 'x', retried: 2, errors: 1 }]);
    const [left, ...more] = linesOf(await job.errors()).map((line) => JSON.parse(line));
    assert.deepEqual([left.line, left.offset, more], [3, 8, []]);
    job.mend();
    assert.deepEqual(await job.retry(), [{ key: 'x', retried: 1, errors: 0 }]);
    assert.equal((await job.outputs())['x.out'], ['bad 1', 'b', 'bad 3'].map(good).join(''));
    await assert.rejects(job.retry(), { code: 'INVALID_INPUT', message: /errors\.jsonl does not exist/ });
  });

  test('so few at a time that our server does not take them for a broken job', async (t) => {
    const job = await scored(t, { x: 'bad\n'.repeat(100) });
    const sent = job.container.requests.length;
    assert.deepEqual(await job.retry(), [{ key: 'x', retried: 100, errors: 100 }]);
    const sizes = job.container.requests.slice(sent).map(({ body }) => linesOf(body).length);
    assert.deepEqual(sizes, [19, 19, 19, 19, 19, 5]);
  });

  test('and what made most of the output stays noted with it', async (t) => {
    const job = await scored(t, { x: 'a\nbad\n' });
    job.mend();
    await job.retry();
    const result = await (await prepareIn(job.folder, job.container.url, { options: { resume: true } })).run(never);
    assert.equal(result.objects[0]?.status, 'Resumed');
  });
});

describe('an output stays as it is', () => {
  const cases: [name: string, spoil: (job: Job) => Promise<void> | void, reason: RegExp][] = [
    ['when the object has changed', (job) => writeFile(join(job.folder, 'in/x'), 'a\nBAD\n'), /the object has changed/],
    [
      'when the reply has another number of lines',
      (job) => job.answer(({ response }) => response.end('1\n2\n')),
      /1 records were sent again and 2 lines came back/,
    ],
    [
      'when the container refuses',
      (job) => job.answer(({ response }) => response.writeHead(400).end('no')),
      /the container answered 400: no/,
    ],
  ];
  for (const [name, spoil, reason] of cases) {
    test(name, async (t) => {
      const job = await scored(t, { x: 'a\nbad\n' });
      const [outputs, errors] = [await job.outputs(), await job.errors()];
      await spoil(job);
      const [object] = await job.retry();
      assert.match(object?.reason ?? '', reason);
      assert.deepEqual([object?.retried, object?.errors], [0, 1]);
      assert.deepEqual([await job.outputs(), await job.errors()], [outputs, errors]);
    });
  }

  test('when it is gone', async (t) => {
    const job = await scored(t, { x: 'bad\n' });
    await rm(join(job.folder, 'out/x.out'));
    assert.match((await job.retry())[0]?.reason ?? '', /its output is gone/);
    assert.deepEqual(await job.outputs(), {});
  });

  test('when the bytes at the offset are not the record, though nobody noted the version', async (t) => {
    const job = await scored(t, { x: 'a\nbad\n' });
    const entry = JSON.parse(await job.errors());
    await writeFile(join(job.folder, 'errors/errors.jsonl'), `${JSON.stringify({ ...entry, offset: 0 })}\n`);
    assert.match((await job.retry())[0]?.reason ?? '', /line 2 at byte 0 is no longer the record/);
  });
});

describe('what cannot be retried is refused', () => {
  test('a file that is not errors.jsonl', async (t) => {
    const job = await scored(t, { x: 'bad\n' });
    await writeFile(join(job.folder, 'errors/errors.jsonl'), `${(await job.errors()).trim()}\n{"object":1}\n`);
    await assert.rejects(job.retry(), {
      code: 'INVALID_INPUT',
      message: /errors\.jsonl: line 2: expected a line of errors\.jsonl/,
    });
  });

  test('another SplitType than Line', async (t) => {
    const job = await scored(t, { x: 'bad\n' });
    await assert.rejects(job.retry({ TransformInput: { SplitType: 'None' } }), {
      code: 'INVALID_REQUEST',
      message: /expected SplitType Line/,
    });
  });
});

interface Job {
  readonly folder: string;
  readonly container: StubContainer;
  /** From now on what begins with `bad` is good, or only one such line. */
  mend(line?: string): void;
  answer(how: (request: StubRequest) => unknown): void;
  retry(changes?: JobChanges): Promise<RetriedObject[]>;
  errors(): Promise<string>;
  outputs(): Promise<Record<string, string>>;
}

/** A job that has run, with errors.jsonl in `errors/`. */
async function scored(
  t: TestContext,
  files: Record<string, string | Uint8Array>,
  changes: JobChanges = {},
): Promise<Job> {
  let answer: (request: StubRequest) => unknown = scoreLines;
  const container = await stubContainer(t, { invocations: (request) => answer(request) });
  const inputs = Object.fromEntries(Object.entries(files).map(([name, content]) => [`in/${name}`, content]));
  const folder = await temporaryFolder(t, inputs);
  const errors = new ErrorsFile(`file://${folder}/errors/`, openStores());
  const options = { ...changes.options, onErrors: errors.add };
  const result = await (await prepareIn(folder, container.url, { ...changes, options })).run(never);
  assert.equal(result.status, 'Completed');
  await errors.close();
  return {
    folder,
    container,
    mend: (line = 'bad') => {
      answer = (request) =>
        scoreLines({ ...request, body: request.body.replaceAll(line, `\0${line}`), response: unmarked(request) });
    },
    answer: (how) => {
      answer = how;
    },
    retry: (more = {}) =>
      retryErrors(
        optionsIn(folder, container.url, { ...changes, ...more }),
        `file://${folder}/errors/errors.jsonl`,
        never,
      ),
    errors: () => readFile(join(folder, 'errors/errors.jsonl'), 'utf8'),
    outputs: () => filesIn(join(folder, 'out')),
  };
}

/** Takes the marks that mended lines carry out of the reply. */
function unmarked({ response }: StubRequest): StubRequest['response'] {
  const end = response.end.bind(response);
  response.end = ((text: string) => end(text.replaceAll('\\u0000', ''))) as typeof response.end;
  return response;
}
