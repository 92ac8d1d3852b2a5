import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ControlPlaneOptions } from '../../src/control-plane/control-plane.ts';
import { BatchlineError } from '../../src/errors.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeStores, type Json, jobRequest, type Local, modelRequest, noResult, startLocal } from './local.ts';

const arn = 'arn:aws:sagemaker:us-east-1:000000000000:transform-job';

async function withModel(t: TestContext, given: Partial<ControlPlaneOptions> = {}): Promise<Local> {
  const local = await startLocal(t, given);
  await local.ok('CreateModel', modelRequest('model-1'));
  return local;
}

const describeJob = (local: Local, name: string) => local.ok('DescribeTransformJob', { TransformJobName: name });

describe('a job', () => {
  test('runs and completes, and is described as the service does', async (t) => {
    const local = await withModel(t);
    assert.deepEqual(await local.ok('CreateTransformJob', jobRequest('Job-1')), { TransformJobArn: `${arn}/job-1` });
    const { CreationTime: created, TransformStartTime: started, ...described } = await describeJob(local, 'Job-1');
    assert.ok(Number(created) <= Number(started) && Number(started) <= Date.now() / 1000);
    assert.deepEqual(described, {
      ...jobRequest('Job-1'),
      TransformJobArn: `${arn}/job-1`,
      TransformJobStatus: 'InProgress',
      TransformInput: { ...(jobRequest('')['TransformInput'] as Json), CompressionType: 'None', SplitType: 'None' },
      TransformOutput: { S3OutputPath: 's3://b/out', AssembleWith: 'None', KmsKeyId: '' },
      DataProcessing: { InputFilter: '$', OutputFilter: '$', JoinSource: 'None' },
    });
    local.runs.get('Job-1')?.end('Completed');
    await local.until('Job-1', 'Completed');
    const completed = await describeJob(local, 'Job-1');
    assert.ok(Number(completed['TransformEndTime']) >= Number(started));
    assert.equal(completed['FailureReason'], undefined);
  });

  test('is given to the runner with its model’s containers', async (t) => {
    const local = await withModel(t);
    const environment = { Image: 'other:1', ModelDataUrl: 's3://b/o.tar.gz', Environment: { A: '1' } };
    await local.ok('CreateModel', modelRequest('model-2', environment));
    const request = jobRequest('job-1', { ModelName: 'model-2', Environment: { B: '2' }, Unknown: 1 });
    await local.ok('CreateTransformJob', request);
    const options = local.runs.get('job-1')?.options;
    const { Unknown: _, ...known } = request;
    assert.deepEqual(options?.request, known);
    const spec = { kind: 'image', image: 'other:1', model: 's3://b/o.tar.gz' };
    assert.deepEqual(options?.pipeline, [{ name: 'container-1', spec, environment: { A: '1' } }]);
  });

  test('fails with the reason of its run, cut to what the API allows', async (t) => {
    const local = await withModel(t);
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    local.runs.get('job-1')?.end('Failed', `ClientError: ${'x'.repeat(2000)}`);
    await local.until('job-1', 'Failed');
    const { FailureReason: reason } = await describeJob(local, 'job-1');
    assert.equal(reason, `ClientError: ${'x'.repeat(1024 - 13)}`);
  });

  test('fails with a reason also when its run breaks down', async (t) => {
    const local = await withModel(t);
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    local.runs.get('job-1')?.crash(new Error('no more file handles'));
    await local.until('job-1', 'Failed');
    assert.equal((await describeJob(local, 'job-1'))['FailureReason'], 'InternalServerError: no more file handles');
  });

  test('waits for a place, and is InProgress meanwhile', async (t) => {
    const local = await withModel(t, { concurrentJobs: 1 });
    for (const name of ['a', 'b', 'c']) await local.ok('CreateTransformJob', jobRequest(name));
    const started = () => ['a', 'b', 'c'].filter((name) => local.runs.get(name)?.started);
    assert.deepEqual(started(), ['a']);
    const waiting = await describeJob(local, 'b');
    assert.deepEqual([waiting['TransformJobStatus'], waiting['TransformStartTime']], ['InProgress', undefined]);
    await local.ok('StopTransformJob', { TransformJobName: 'b' });
    await local.until('b', 'Stopped');
    local.runs.get('a')?.end('Completed');
    await local.until('a', 'Completed');
    assert.deepEqual(started(), ['a', 'c']);
  });
});

describe('stopping', () => {
  test('goes through Stopping to Stopped', async (t) => {
    const pending = Promise.withResolvers<void>();
    const local = await withModel(t, {
      prepare: async () => ({
        objects: 1,
        bytes: 1,
        inputs: [],
        counters: { objects: 0, bytes: 0, miniBatches: 0, retries: 0 },
        run: async (signal) => {
          await new Promise((stopped) => signal.addEventListener('abort', stopped));
          await pending.promise;
          return { ...noResult, status: 'Stopped' };
        },
      }),
    });
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    const { status, body } = await local.call('StopTransformJob', { TransformJobName: 'job-1' });
    assert.deepEqual([status, body], [200, {}]);
    assert.equal(await local.status('job-1'), 'Stopping');
    await local.ok('StopTransformJob', { TransformJobName: 'job-1' });
    pending.resolve();
    await local.until('job-1', 'Stopped');
    const stopped = await describeJob(local, 'job-1');
    assert.deepEqual([stopped['FailureReason'], typeof stopped['TransformEndTime']], [undefined, 'number']);
  });

  test('leaves no output, as on SageMaker, though objects may have been completed', async (t) => {
    const folder = await temporaryFolder(t, { 'a.out': 'a', 'b.out': 'older' });
    const object = { key: 'a', inputBytes: 1, outputBytes: 1, outputLines: 1 };
    const objects = [
      { ...object, status: 'Completed' as const, output: join(folder, 'a.out') },
      { ...object, key: 'b', status: 'Stopped' as const },
    ];
    const files = openStores();
    const local = await withModel(t, {
      openStore: (uri) => (uri.startsWith('file:') ? files(uri) : fakeStores(uri)),
      prepare: async () => ({
        objects: 2,
        bytes: 2,
        inputs: [],
        counters: { objects: 0, bytes: 0, miniBatches: 0, retries: 0 },
        run: async (signal) => {
          await new Promise((stopped) => signal.addEventListener('abort', stopped));
          return { ...noResult, objects, status: 'Stopped' };
        },
      }),
    });
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    await local.ok('StopTransformJob', { TransformJobName: 'job-1' });
    await local.until('job-1', 'Stopped');
    assert.deepEqual(await readdir(folder), ['b.out']);
  });

  test('is refused once the job has ended, or never was', async (t) => {
    const local = await withModel(t);
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    local.runs.get('job-1')?.end('Completed');
    await local.until('job-1', 'Completed');
    assert.equal(
      await local.error('StopTransformJob', { TransformJobName: 'job-1' }),
      'ValidationException: The request was rejected because the transform job is in status Completed.',
    );
    const unknown = await local.error('StopTransformJob', { TransformJobName: 'nothing' });
    assert.equal(unknown, 'ValidationException: Could not find requested job with name: nothing');
  });
});

describe('creating is refused', () => {
  test('for a name that is taken, whatever its case', async (t) => {
    const local = await withModel(t);
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    const taken = `ResourceInUse: Transform job names must be unique within an AWS account and region, and a transform job with this name already exists (${arn}/job-1)`;
    assert.equal(await local.error('CreateTransformJob', jobRequest('job-1')), taken);
    assert.equal(await local.error('CreateTransformJob', jobRequest('JOB-1')), taken);
  });

  test('for a name whose objects are being looked for', async (t) => {
    const found = Promise.withResolvers<never>();
    const local = await withModel(t, { prepare: () => found.promise });
    const first = local.error('CreateTransformJob', jobRequest('job-1'));
    while (!(await local.error('CreateTransformJob', jobRequest('job-1', { ModelName: 'none' }))).startsWith('Res'));
    found.reject(new BatchlineError('INVALID_INPUT', 'No S3 objects found under S3 URL "s3://b/in/"'));
    assert.equal(await first, 'ValidationException: No S3 objects found under S3 URL "s3://b/in/"');
    assert.match(await local.error('DescribeTransformJob', { TransformJobName: 'job-1' }), /Could not find/);
  });

  test('for an unknown model and for what the API does not take', async (t) => {
    const local = await withModel(t);
    assert.equal(
      await local.error('CreateTransformJob', jobRequest('job-1', { ModelName: 'nothing' })),
      'ValidationException: Could not find model "arn:aws:sagemaker:us-east-1:000000000000:model/nothing".',
    );
    const wrong = jobRequest('bad_name!', { BatchStrategy: 'All' });
    assert.match(
      await local.error('CreateTransformJob', wrong),
      /^ValidationException: 2 validation errors detected: /,
    );
    const file = { S3OutputPath: 'file:///tmp' };
    assert.match(await local.error('CreateTransformJob', jobRequest('f', { TransformOutput: file })), /s3OutputPath/);
    assert.equal(local.runs.size, 0);
  });

  test('with an error of ours if the runner breaks down', async (t) => {
    const local = await withModel(t, { prepare: () => Promise.reject(new TypeError('x is not a function')) });
    const { status, body } = await local.call('CreateTransformJob', jobRequest('job-1'));
    assert.deepEqual([status, body['__type']], [500, 'InternalFailure']);
    assert.deepEqual(local.notes, ['batchline local failed: x is not a function']);
  });

  test('if it cannot be written down', async (t) => {
    const local = await withModel(t);
    await writeFile(join(local.folder, 'jobs'), 'no folder');
    assert.match(await local.error('CreateTransformJob', jobRequest('job-1')), /^InternalFailure: .*cannot write/);
    await rm(join(local.folder, 'jobs'));
    await local.ok('CreateTransformJob', jobRequest('job-1'));
  });
});

test('files are taken where they are allowed', async (t) => {
  const local = await withModel(t, { allowFiles: true });
  await local.ok('CreateTransformJob', jobRequest('job-1', { TransformOutput: { S3OutputPath: 'file:///out' } }));
});

test('jobs are listed by status, time, part of name and page', async (t) => {
  const local = await withModel(t, { concurrentJobs: 9 });
  for (const name of ['a-1', 'a-2', 'b-1', 'b-2']) await local.ok('CreateTransformJob', jobRequest(name));
  local.runs.get('a-2')?.end('Failed', 'ClientError: See job logs for more information');
  local.runs.get('b-1')?.end('Completed');
  await local.until('a-2', 'Failed');
  await local.until('b-1', 'Completed');
  const list = async (request: object) =>
    (await local.ok('ListTransformJobs', request))['TransformJobSummaries'] as Record<string, unknown>[];
  const names = async (request: object) => (await list(request)).map((job) => job['TransformJobName']);
  const up = { SortBy: 'Name', SortOrder: 'Ascending' };
  assert.deepEqual(await names(up), ['a-1', 'a-2', 'b-1', 'b-2']);
  assert.deepEqual(await names({ ...up, StatusEquals: 'InProgress' }), ['a-1', 'b-2']);
  assert.deepEqual(await names({ ...up, NameContains: 'b-' }), ['b-1', 'b-2']);
  assert.deepEqual(await names({ SortBy: 'Status', SortOrder: 'Ascending' }), ['b-1', 'a-2', 'a-1', 'b-2']);
  assert.deepEqual(await names({ LastModifiedTimeAfter: Date.now() / 1000 + 9 }), []);
  assert.equal((await names({ LastModifiedTimeBefore: Date.now() / 1000 + 9, CreationTimeAfter: 1 })).length, 4);
  const page = await local.ok('ListTransformJobs', { ...up, MaxResults: 3 });
  assert.deepEqual(await names({ ...up, MaxResults: 3, NextToken: page['NextToken'] }), ['b-2']);
  const [failed] = await list({ StatusEquals: 'Failed' });
  const { CreationTime, LastModifiedTime, TransformEndTime, ...rest } = failed ?? {};
  assert.ok([CreationTime, LastModifiedTime, TransformEndTime].every((time) => typeof time === 'number'));
  assert.deepEqual(rest, {
    TransformJobName: 'a-2',
    TransformJobArn: `${arn}/a-2`,
    TransformJobStatus: 'Failed',
    FailureReason: 'ClientError: See job logs for more information',
  });
});

describe('the state on disk', () => {
  test('keeps models and jobs over a restart; those under way have failed', async (t) => {
    const folder = await temporaryFolder(t);
    const before = await withModel(t, { folder, concurrentJobs: 9 });
    await before.ok('CreateTransformJob', jobRequest('done', { Tags: [{ Key: 'a', Value: 'b' }] }));
    await before.ok('CreateTransformJob', jobRequest('under-way'));
    before.runs.get('done')?.end('Completed');
    await before.until('done', 'Completed');
    const done = await describeJob(before, 'done');
    await before.close();

    const after = await startLocal(t, { folder });
    assert.deepEqual(await describeJob(after, 'done'), done);
    assert.deepEqual(await after.ok('ListTags', { ResourceArn: `${arn}/done` }), { Tags: [{ Key: 'a', Value: 'b' }] });
    await after.ok('DescribeModel', { ModelName: 'model-1' });
    const failed = await describeJob(after, 'under-way');
    assert.equal(failed['TransformJobStatus'], 'Failed');
    assert.match(String(failed['FailureReason']), /batchline local was stopped while the job was under way/);
    assert.match(await after.error('CreateTransformJob', jobRequest('done')), /^ResourceInUse/);
  });

  test('of a process that was killed: what was under way has failed', async (t) => {
    const folder = await temporaryFolder(t, { lock: '999999999\n' });
    const killed = await withModel(t, { folder });
    await killed.ok('CreateTransformJob', jobRequest('job-1'));
    const left = await readFile(join(folder, 'jobs/job-1.json'), 'utf8');
    await killed.close();
    await writeFile(join(folder, 'jobs/job-1.json'), left);
    const after = await startLocal(t, { folder });
    const { FailureReason: reason, TransformEndTime: end } = await describeJob(after, 'job-1');
    assert.match(String(reason), /was stopped/);
    assert.equal(typeof end, 'number');
  });

  test('is one process’s at a time', async (t) => {
    const folder = await temporaryFolder(t, { lock: `${process.ppid}\n` });
    await assert.rejects(startLocal(t, { folder }), {
      code: 'INVALID_SETTING',
      message: `${folder}: another batchline local (process ${process.ppid}) keeps its jobs here; stop it, choose another --state, or remove ${join(folder, 'lock')} if that process is something else`,
    });
    await rm(join(folder, 'lock'));
    const local = await startLocal(t, { folder });
    await local.close();
    assert.equal(existsSync(join(folder, 'lock')), false);
  });

  test('may have files that are no use: the others count', async (t) => {
    const folder = await temporaryFolder(t);
    const before = await withModel(t, { folder });
    await before.close();
    await mkdir(join(folder, 'jobs'));
    await writeFile(join(folder, 'models/cut.json'), '{"request":{"Mod');
    await writeFile(join(folder, 'jobs/other.json'), '{"request":{"TransformJobName":"x"},"status":"Sleeping"}');
    const after = await startLocal(t, { folder });
    await after.ok('DescribeModel', { ModelName: 'model-1' });
    assert.deepEqual(await after.ok('ListTransformJobs'), { TransformJobSummaries: [] });
    assert.equal(after.notes.length, 2);
    assert.match(after.notes[0] ?? '', /models\/cut\.json is left out: .*JSON/);
    assert.match(after.notes[1] ?? '', /jobs\/other\.json is left out: .*status/);
  });

  test('cannot be where a file is', async (t) => {
    const folder = await temporaryFolder(t, { state: 'x' });
    await assert.rejects(startLocal(t, { folder: join(folder, 'state') }), {
      code: 'INVALID_SETTING',
      message: /--state/,
    });
  });
});
