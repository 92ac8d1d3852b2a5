import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Flags } from '../../../src/cli/transform/flags.ts';
import { requestOf } from '../../../src/cli/transform/request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const none: Flags = { env: [], assume: [], report: true, preview: 0 };
const job = {
  TransformJobName: 'job',
  ModelName: 'model',
  MaxPayloadInMB: 5,
  Environment: { A: 'job', B: 'job' },
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } },
    ContentType: 'text/csv',
  },
  TransformOutput: { S3OutputPath: 's3://b/out' },
  TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 2 },
};

describe('options alone', () => {
  test('are a whole request, of lines', async () => {
    const { TransformJobName, ...request } = await requestOf({
      ...none,
      input: 'in',
      output: 'out',
      model: 'm/My model.tar.gz',
    });
    assert.match(TransformJobName, /^local-\d{17}$/);
    assert.deepEqual(request, {
      ModelName: 'My-model-tar-gz',
      TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 'in' } }, SplitType: 'Line' },
      TransformOutput: { S3OutputPath: 'out', AssembleWith: 'Line' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    });
  });

  test('of another split are put together without newlines', async () => {
    const request = await requestOf({ ...none, input: 'in', output: 'out', splitType: 'RecordIO' });
    assert.equal(request.TransformOutput.AssembleWith, 'None');
  });

  const names: [model: string, name: string][] = [
    [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
    ['--x--', 'x'],
    ['ü', 'model'],
  ];
  for (const [model, name] of names) {
    test(`name the model after ${model}`, async () => {
      assert.equal((await requestOf({ ...none, input: 'in', output: 'out', model })).ModelName, name);
    });
  }

  const missing: [flags: Partial<Flags>, message: RegExp][] = [
    [{}, /^expected --input, or a --job that says it/],
    [{ input: 'in' }, /^expected --output, or a --job/],
  ];
  for (const [flags, message] of missing) {
    test(`need each other: ${JSON.stringify(flags)}`, async () => {
      await assert.rejects(requestOf({ ...none, ...flags }), { code: 'INVALID_SETTING', message });
    });
  }
});

describe('a job file', () => {
  test('is the request', async (t) => {
    assert.deepEqual(await requestOf({ ...none, job: await jobFile(t, job) }), job);
  });

  test('gives way to the options, member by member', async (t) => {
    const flags = {
      input: 'in',
      maxPayloadInMb: 0,
      splitType: 'Line' as const,
      joinSource: 'Input' as const,
      instanceCount: 3,
      maxRetries: 0,
    };
    const request = await requestOf({
      ...none,
      ...flags,
      env: ['B=flag', 'C=a=b', 'D='],
      job: await jobFile(t, {
        ...job,
        TransformOutput: { ...job.TransformOutput, AssembleWith: 'Line', Accept: 'text/csv' },
      }),
    });
    assert.deepEqual(request, {
      ...job,
      MaxPayloadInMB: 0,
      ModelClientConfig: { InvocationsMaxRetries: 0 },
      Environment: { A: 'job', B: 'flag', C: 'a=b', D: '' },
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 'in' } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: { S3OutputPath: 's3://b/out', AssembleWith: 'Line', Accept: 'text/csv' },
      TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 3 },
      DataProcessing: { JoinSource: 'Input' },
    });
  });

  const wrong: [name: string, content: unknown, flags: Partial<Flags>, message: RegExp][] = [
    ['an unknown member, with what was meant', { ...job, MaxPayloadInMb: 5 }, {}, /MaxPayloadInMb.*MaxPayloadInMB/s],
    [
      'the 100 MB rule, also for an option',
      job,
      { maxConcurrentTransforms: 50 },
      /MaxPayloadInMB is 5 and MaxConcurrentTransforms is 50, but their product cannot be greater than 100 MB/,
    ],
    [
      'a value of the wrong kind, which options do not hide',
      { ...job, TransformInput: 'x' },
      { input: 'in' },
      /[tT]ransformInput/,
    ],
    ['a path that the service rejects', job, { outputFilter: '$.a_b' }, /Invalid OutputFilter|OutputFilter/],
  ];
  for (const [name, content, flags, message] of wrong) {
    test(`is refused in the service's words: ${name}`, async (t) => {
      const file = await jobFile(t, content);
      await assert.rejects(requestOf({ ...none, ...flags, job: file }), { code: 'INVALID_REQUEST', message });
    });
  }

  test('that is not a JSON object is refused', async (t) => {
    await assert.rejects(requestOf({ ...none, job: await jobFile(t, []) }), {
      code: 'INVALID_SETTING',
      message: /--job/,
    });
  });
});

test('--env without a name is refused', async () => {
  for (const env of ['A', '=b', '']) {
    const message = `--env: expected NAME=VALUE, received ${JSON.stringify(env)}`;
    await assert.rejects(requestOf({ ...none, input: 'in', output: 'out', env: [env] }), {
      code: 'INVALID_SETTING',
      message,
    });
  }
});

async function jobFile(t: TestContext, content: unknown): Promise<string> {
  return join(await temporaryFolder(t, { 'job.json': JSON.stringify(content) }), 'job.json');
}
