import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import { ObjectCounter } from '../../../src/sagemaker/watch/count-objects.ts';
import type { DescribedJob } from '../../../src/sagemaker/watch/describe-job.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { jobRequest } from '../../control-plane/local.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Wanted {
  readonly files?: Readonly<Record<string, string>>;
  readonly job?: Partial<DescribedJob>;
  readonly type?: 'S3Prefix' | 'ManifestFile';
  readonly source?: string;
  readonly change?: (store: ObjectStore) => Partial<ObjectStore>;
}

async function counting(t: TestContext, { files = {}, job = {}, type = 'S3Prefix', source = 'in/', change }: Wanted) {
  const folder = await temporaryFolder(t, files);
  const root = `file://${folder}/`;
  const request = jobRequest('job-1', {
    TransformInput: { DataSource: { S3DataSource: { S3DataType: type, S3Uri: root + source } } },
    TransformOutput: { S3OutputPath: `${root}out` },
  }) as unknown as DescribedJob['request'];
  const described: DescribedJob = {
    name: 'job-1',
    arn: '',
    status: 'InProgress',
    request,
    creationTime: new Date(),
    ...job,
  };
  const notes: string[] = [];
  const open = openStores();
  const all = open(root).store;
  const store = { ...all, ...change?.(all) };
  const counter = new ObjectCounter(described, {
    openStore: (uri) => ({ store, key: open(uri).key }),
    tell: ({ message }) => notes.push(message),
    signal: AbortSignal.timeout(30_000),
  });
  return { counter, notes, folder };
}

const two = { 'in/a': 'a', 'in/b': 'b' };
const started = { startTime: new Date() };

test('outputs that are there are done, whatever else is beside them', async (t) => {
  const files = { ...two, 'out/a.out': 'a', 'out/a.other': 'x', 'out/job-1/report.html': 'x' };
  const { counter, notes } = await counting(t, { files, job: started });
  assert.equal(counter.counted, undefined);
  await counter.recount();
  assert.deepEqual([counter.counted, notes], [{ objects: 2, objectsDone: 1 }, []]);
});

test('of a job that has not begun, those of an earlier run are done once they have changed', async (t) => {
  const { counter, notes, folder } = await counting(t, { files: { ...two, 'out/a.out': 'of before' } });
  await counter.recount();
  assert.deepEqual(counter.counted, { objects: 2, objectsDone: 0 });
  await writeFile(join(folder, 'out/b.out'), 'b');
  await counter.recount();
  assert.deepEqual(counter.counted, { objects: 2, objectsDone: 1 });
  await writeFile(join(folder, 'out/a.out'), 'of this one');
  await counter.recount();
  assert.deepEqual(counter.counted, { objects: 2, objectsDone: 2 });
  assert.deepEqual(notes, [
    '1 of the outputs are there already, of an earlier run: each counts as done once its content has changed',
  ]);
});

test('one count at a time, and the next after a while', async (t) => {
  let lists = 0;
  const change = (store: ObjectStore) => ({
    list: (...args: Parameters<ObjectStore['list']>) => {
      lists++;
      return store.list(...args);
    },
  });
  const { counter } = await counting(t, { files: two, job: started, change });
  counter.refresh();
  counter.refresh();
  await counter.close();
  counter.refresh();
  await counter.close();
  assert.equal(lists, 2); // of the input, and of the output
});

test('what would take many calls is given up, with a note', async (t) => {
  async function* many() {
    for (let index = 0; index <= 20_000; index++) yield { key: `in/${index}`, bytes: 1, etag: 'x' };
  }
  const { counter, notes } = await counting(t, { change: () => ({ list: many }) });
  await counter.recount();
  await counter.recount();
  assert.equal(counter.counted, undefined);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /^objects are not counted: file:\/\/\/.* has more than 20,000 objects$/);
});

test('so is a long manifest', async (t) => {
  const names = Array.from({ length: 2001 }, () => 'a');
  const manifest = (folder: string) => JSON.stringify([{ prefix: `file://${folder}/in/` }, ...names]);
  const { counter, notes, folder } = await counting(t, { files: two, type: 'ManifestFile', source: 'manifest' });
  await writeFile(join(folder, 'manifest'), manifest(folder));
  await counter.recount();
  assert.deepEqual(notes, ['objects are not counted: the manifest names more than 2,000 objects']);
});

test('what passes is tried again', async (t) => {
  let isDown = true;
  const change = (store: ObjectStore) => ({
    list: (...args: Parameters<ObjectStore['list']>) => {
      if (isDown) throw new BatchlineError('JOB_FAILED', 'out of reach', { retryable: true });
      return store.list(...args);
    },
  });
  const { counter, notes } = await counting(t, { files: two, job: started, change });
  await counter.recount();
  assert.deepEqual([counter.counted, notes], [undefined, []]);
  isDown = false;
  await counter.recount();
  assert.deepEqual(counter.counted, { objects: 2, objectsDone: 0 });
});

test('input that is gone is told', async (t) => {
  const { counter, notes, folder } = await counting(t, { files: two });
  await rm(join(folder, 'in'), { recursive: true });
  await counter.recount();
  assert.match(notes[0] ?? '', /^objects are not counted: No S3 objects found/);
});
