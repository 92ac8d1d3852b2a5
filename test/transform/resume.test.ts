import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openStores } from '../../src/storage/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn, type JobChanges, never, prepareIn } from './run-files.ts';
import { scoreLines } from './scoring-stub.ts';
import { stubContainer } from './stub-container.ts';

const files = { 'in/a': 'a\nbad\n', 'in/b': 'b\n', 'in/c': 'bad\r\n' };

describe('a resumed job', () => {
  test('of which everything is done starts no container, and knows the error lines', async (t) => {
    const job = await jobIn(t);
    const first = await job.run();
    const startContainer = async () => assert.fail('a container was started');
    const second = await job.run({ options: { resume: true, startContainer } });
    assert.deepEqual(second.statuses, ['Resumed', 'Resumed', 'Resumed']);
    assert.equal(second.result.status, 'Completed');
    assert.equal(second.result.settings, undefined);
    assert.equal(first.errors.length, 2);
    assert.deepEqual(second.errors, first.errors);
  });

  test('gives the bytes and the error lines of an undisturbed one', async (t) => {
    const job = await jobIn(t);
    const first = await job.run();
    await rm(join(job.folder, 'out/c.out'));
    const second = await job.run({ options: { resume: true } });
    assert.deepEqual(second.statuses, ['Resumed', 'Resumed', 'Completed']);
    assert.deepEqual([second.outputs, second.errors], [first.outputs, first.errors]);
  });

  const stale: [name: string, spoil: (folder: string) => Promise<void>, changes: JobChanges, statuses: string[]][] = [
    ['object', (folder) => writeFile(join(folder, 'in/b'), 'B\n'), {}, ['Resumed', 'Completed', 'Resumed']],
    ['output', (folder) => writeFile(join(folder, 'out/b.out'), 'other\n'), {}, ['Resumed', 'Completed', 'Resumed']],
    ['setting', async () => undefined, { Environment: { A: '1' } }, ['Completed', 'Completed', 'Completed']],
    [
      'assumption',
      async () => undefined,
      { assume: ['assemble-line=always'] },
      ['Completed', 'Completed', 'Completed'],
    ],
    [
      'concurrency, which changes no output',
      async () => undefined,
      { MaxConcurrentTransforms: 3 },
      ['Resumed', 'Resumed', 'Resumed'],
    ],
  ];
  for (const [name, spoil, changes, statuses] of stale) {
    test(`looks for another ${name}`, async (t) => {
      const job = await jobIn(t);
      await job.run();
      await spoil(job.folder);
      const second = await job.run({ ...changes, options: { resume: true } });
      assert.deepEqual(second.statuses, statuses);
    });
  }

  test('looks for another model', async (t) => {
    const job = await jobIn(t);
    const models = join(job.folder, 'model');
    const pipeline = (model: string) =>
      [{ name: 'container-1', spec: { kind: 'process', model }, environment: {} }] as const;
    const startContainer = async () => ({
      url: job.url,
      died: new Promise<never>(() => undefined),
      stop: async () => undefined,
    });
    const run = (resume: boolean) => job.run({ options: { resume, pipeline: pipeline(models), startContainer } });
    await writeFile(models, 'one');
    await run(false);
    assert.deepEqual((await run(true)).statuses, ['Resumed', 'Resumed', 'Resumed']);
    await writeFile(models, 'two');
    assert.deepEqual((await run(true)).statuses, ['Completed', 'Completed', 'Completed']);
  });

  test('fails if it cannot look', async (t) => {
    const job = await jobIn(t);
    await job.run();
    const broken: ReturnType<typeof openStores> = (uri) => {
      const place = openStores()(uri);
      const head = async () => Promise.reject(new TypeError('a defect'));
      return { ...place, store: { ...place.store, head } };
    };
    const { result, statuses } = await job.run({ options: { resume: true, openStore: broken } });
    assert.deepEqual([result.status, statuses], ['Failed', ['Failed', 'Failed', 'Failed']]);
    assert.match(result.failureReason ?? '', /^InternalServerError: a defect/);
  });
});

async function jobIn(t: TestContext) {
  const { url } = await stubContainer(t, { invocations: scoreLines });
  const folder = await temporaryFolder(t, files);
  const run = async (changes: JobChanges = {}) => {
    const errors: string[] = [];
    const onErrors = async (entries: AsyncIterable<Buffer>): Promise<void> => {
      for await (const entry of entries) errors.push(...entry.toString('utf8').trimEnd().split('\n'));
    };
    const prepared = await prepareIn(folder, url, { ...changes, options: { onErrors, ...changes.options } });
    const result = await prepared.run(never);
    const statuses = result.objects.map(({ status }) => status);
    return { result, statuses, errors, outputs: await filesIn(join(folder, 'out')) };
  };
  return { folder, url, run };
}
