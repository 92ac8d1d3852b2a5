import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isSameJob, jobName } from '../../../src/sagemaker/job/job-request.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { parseTransformJobName } from '../../../src/sagemaker-api/requests.ts';

const now = new Date('2026-11-23T02:40:41.123Z');

describe('the name of a job', () => {
  test('is its model, the time and a hash', () => {
    assert.match(
      jobName('flag-combo-0123456789ab', { a: 1 }, now),
      /^flag-combo-0123456789ab-20261123024041-[0-9a-f]{6}$/,
    );
  });
  test('is legal for the longest name of a model', () => {
    for (const name of ['m'.repeat(63), `${'m'.repeat(40)}-${'m'.repeat(22)}`]) {
      const TransformJobName = jobName(name, {}, now);
      assert.deepEqual(parseTransformJobName({ TransformJobName }), { TransformJobName });
    }
  });
  test('differs between two jobs of the same second', () => {
    assert.notEqual(jobName('m', { a: 1 }, now), jobName('m', { a: 2 }, now));
    assert.notEqual(jobName('m', {}, now), jobName('m', {}, new Date(now.getTime() + 1)));
  });
});

describe('a job is the same', () => {
  const wanted: CreateTransformJobRequest = {
    TransformJobName: 'j',
    ModelName: 'm',
    MaxPayloadInMB: 5,
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } },
      CompressionType: 'None', // as if it were not given
    },
    TransformOutput: { S3OutputPath: 's3://b/out' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const { Tags: _, ...described } = wanted;
  const cases: [name: string, there: object, same: boolean][] = [
    [
      'as described, without defaults and with more',
      { ...described, MaxConcurrentTransforms: 1, TransformInput: { DataSource: wanted.TransformInput.DataSource } },
      true,
    ],
    ['of another payload', { ...described, MaxPayloadInMB: 6 }, false],
    ['of another output', { ...described, TransformOutput: { S3OutputPath: 's3://b/other' } }, false],
    ['without what was asked', { ...described, TransformResources: undefined }, false],
  ];
  for (const [name, there, same] of cases) {
    test(`${name}: ${same}`, () => assert.equal(isSameJob(wanted, there as CreateTransformJobRequest), same));
  }
});
