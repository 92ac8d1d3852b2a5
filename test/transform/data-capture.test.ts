import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStores } from '../../src/storage/open-store.ts';
import { stubS3 } from '../support/stub-s3.ts';
import '../support/stub-store.ts'; // credentials
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn, type JobChanges, never, prepareIn } from './run-files.ts';
import { echo, type StubRequest, stubContainer } from './stub-container.ts';

const refuseB = (request: StubRequest): void => {
  if (request.body.startsWith('b')) request.response.writeHead(400).end('no');
  else echo(request);
};

/** The names of manifests of a job that began between two times; the hour may change between them. */
function hours(...times: Date[]): RegExp {
  const folders = times.map((time) => time.toISOString().slice(0, 13).replace(/[-T]/g, '/'));
  const uuid = '[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}';
  return new RegExp(`^(input|output)/(${folders.join('|')})/${uuid}\\.json$`);
}

async function run(t: TestContext, files: Record<string, string>, changes: (folder: string) => JobChanges) {
  const folder = await temporaryFolder(t, files);
  const { url } = await stubContainer(t, { invocations: refuseB });
  const before = new Date();
  const notes: string[] = [];
  const { options, ...changed } = changes(folder);
  const prepared = await prepareIn(folder, url, {
    ...changed,
    options: { ...options, onNote: (note) => notes.push(note) },
  });
  const result = await prepared.run(never);
  return { folder, result, notes, names: hours(before, new Date()) };
}

test('manifests of the objects that were scored, and of their outputs', async (t) => {
  const files = { 'in/a.csv': 'a\n', 'in/b.csv': 'b\n', 'in/deep/c.csv': 'c\n' };
  const { folder, result, notes, names } = await run(t, files, (at) => ({
    DataCaptureConfig: { DestinationS3Uri: `file://${at}/captured` },
  }));
  assert.equal(result.status, 'Failed'); // because of b.csv
  const captured = Object.entries(await filesIn(join(folder, 'captured')));
  for (const [name] of captured) assert.match(name, names);
  assert.deepEqual(
    captured.map(([name, text]) => [name.split('/')[0], JSON.parse(text)]),
    [
      ['input', [{ prefix: `file://${folder}/in/` }, 'a.csv', 'deep/c.csv']],
      ['output', [{ prefix: `file://${folder}/out/` }, 'a.csv.out', 'deep/c.csv.out']],
    ],
  );
  assert.deepEqual(notes, []);
});

test('a manifest of inputs is one that a job can have; names differ from folder to folder', async (t) => {
  const { folder } = await run(t, { 'in/x/a': '1\n', 'in/xy/a': '2\n' }, (at) => ({
    DataCaptureConfig: { DestinationS3Uri: `file://${at}/captured/` },
  }));
  const [input = ''] = Object.keys(await filesIn(join(folder, 'captured')));
  const { url } = await stubContainer(t);
  const S3DataSource = { S3DataType: 'ManifestFile', S3Uri: `file://${folder}/captured/${input}` } as const;
  const again = await prepareIn(folder, url, { TransformInput: { DataSource: { S3DataSource } } });
  assert.deepEqual(
    again.inputs.map(({ object }) => `/${object.key}`),
    [`${folder}/in/x/a`, `${folder}/in/xy/a`],
  );
});

test('on S3, from S3', async (t) => {
  const stub = await stubS3(t);
  stub.put('bucket/in/a.csv', '1\n');
  const openStore = openStores({ endpoint: stub.url, firstPauseMs: 2, timeoutMs: 10_000 });
  const S3DataSource = { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } as const;
  const { result, notes, names } = await run(t, {}, () => ({
    TransformInput: { DataSource: { S3DataSource } },
    TransformOutput: { S3OutputPath: 's3://bucket/out' },
    DataCaptureConfig: { DestinationS3Uri: 's3://bucket/captured' },
    options: { openStore },
  }));
  assert.deepEqual([result.status, notes], ['Completed', []]);
  const captured = [...stub.objects].filter(([name]) => name.startsWith('bucket/captured/'));
  for (const [name] of captured) assert.match(name.replace('bucket/captured/', ''), names);
  assert.deepEqual(
    captured.map(([, { body }]) => body.toString()),
    ['[{"prefix":"s3://bucket/in/"},"a.csv"]', '[{"prefix":"s3://bucket/out/"},"a.csv.out"]'],
  );
});

test('nothing without a DataCaptureConfig, and nothing where no object was scored', async (t) => {
  const plain = await run(t, { 'in/a': 'a\n' }, () => ({}));
  assert.deepEqual(Object.keys(await filesIn(plain.folder)), ['in/a', 'out/a.out']);
  const failed = await run(t, { 'in/b': 'b\n' }, (at) => ({
    DataCaptureConfig: { DestinationS3Uri: `file://${at}/captured` },
  }));
  assert.equal(failed.result.status, 'Failed');
  assert.deepEqual(Object.keys(await filesIn(failed.folder)), ['in/b']);
});

test('nothing of a job that was stopped', async (t) => {
  const folder = await temporaryFolder(t, { 'in/a': 'a\n', 'in/b': 'b\n' });
  const stop = new AbortController();
  const { url } = await stubContainer(t, {
    invocations: (request) => (request.body === 'b\n' ? stop.abort() : echo(request)),
  });
  const DataCaptureConfig = { DestinationS3Uri: `file://${folder}/captured` };
  const notes: string[] = [];
  const options = { onNote: (note: string) => notes.push(note) };
  const prepared = await prepareIn(folder, url, { DataCaptureConfig, MaxConcurrentTransforms: 1, options });
  const { status, objects } = await prepared.run(stop.signal);
  assert.deepEqual([status, objects[0]?.status], ['Stopped', 'Completed']);
  assert.deepEqual(await filesIn(join(folder, 'captured')), {});
  assert.deepEqual(notes, []);
});

test('a manifest that cannot be written is told, and the job is completed', async (t) => {
  const { result, notes } = await run(t, { 'in/a': 'a\n', captured: 'a file, no folder' }, (at) => ({
    DataCaptureConfig: { DestinationS3Uri: `file://${at}/captured` },
  }));
  assert.equal(result.status, 'Completed');
  assert.match(notes.join('\n'), /^The manifests of DataCaptureConfig could not be written: .*captured/);
});

test('GenerateInferenceId adds an id and the start of the job; --resume knows outputs with ids from others', async (t) => {
  const folder = await temporaryFolder(t, { 'in/a.csv': 'a\nc\n' });
  const { url, requests } = await stubContainer(t);
  const go = async (GenerateInferenceId: boolean) => {
    const prepared = await prepareIn(folder, url, {
      TransformInput: { ContentType: 'text/csv' },
      DataCaptureConfig: { DestinationS3Uri: `file://${folder}/captured`, GenerateInferenceId },
      options: { resume: true },
    });
    const { objects } = await prepared.run(never);
    return [objects[0]?.status, (await filesIn(join(folder, 'out')))['a.csv.out']];
  };
  const before = Math.floor(Date.now() / 1000) * 1000;
  assert.deepEqual(await go(false), ['Completed', 'a\nc\n']);
  const [status, output = ''] = await go(true);
  assert.equal(status, 'Completed');
  const rows = output
    .trimEnd()
    .split('\n')
    .map((row) => row.split(','));
  assert.deepEqual(
    rows.map(([prediction]) => prediction),
    ['a', 'c'],
  );
  assert.equal(new Set(rows.map(([, id]) => id)).size, 2);
  for (const [, id = '', time = ''] of rows) {
    assert.match(id, /^[\da-f-]{36}$/);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now(), time);
  }
  assert.deepEqual(await go(true), ['Resumed', output]);
  assert.equal(requests.length, 2);
  const manifests = Object.values(await filesIn(join(folder, 'captured')));
  assert.deepEqual(new Set(manifests).size, 2); // a resumed object is captured as a scored one is
  assert.equal(manifests.length, 6);
  await writeFile(join(folder, 'in/a.csv'), 'a\n');
  const [, other = ''] = await go(true);
  assert.ok(!output.includes(other.split(',')[1] ?? ''), 'a record that is scored again gets a new id');
});
