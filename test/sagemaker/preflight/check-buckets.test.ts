import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkBuckets } from '../../../src/sagemaker/preflight/check-buckets.ts';
import { count } from '../../support/stub-store.ts';
import { launchWith } from './launches.ts';
import { stubPlace } from './stub-place.ts';

describe('the buckets of a launch', () => {
  test('are good where they are there and in the region, and each is asked once', async (t) => {
    const { stub, step } = await stubPlace(t);
    const job = { DataCaptureConfig: { DestinationS3Uri: 's3://bucket/captured' } };
    const found = await checkBuckets({ ...step, launch: launchWith({ job }) });
    assert.deepEqual(found, { problems: [], unreachable: new Set() });
    assert.equal(count(stub, 'HeadBucket'), 1);
  });

  test('are good where the server does not say where they are', async (t) => {
    const { stub, step } = await stubPlace(t);
    delete stub.region;
    assert.deepEqual((await checkBuckets({ ...step, launch: launchWith() })).problems, []);
  });

  test('are wrong in another region', async (t) => {
    const { stub, step } = await stubPlace(t);
    stub.region = 'eu-west-1';
    const { problems, unreachable } = await checkBuckets({ ...step, launch: launchWith() });
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.severity, 'failure');
    assert.match(problems[0]?.message ?? '', /s3:\/\/bucket\/: .*input, the output, artifacts.* eu-west-1.* us-east-1/);
    assert.equal(unreachable.size, 0);
  });

  test('are wrong where there are none, all of them at once', async (t) => {
    const { step } = await stubPlace(t);
    const launch = launchWith({
      uri: 's3://bucket-a/in/',
      output: { S3OutputPath: 's3://bucket-b/out/' },
      createModel: { PrimaryContainer: { ModelDataUrl: 's3://bucket-c/model.tar.gz' } },
      launch: { model: { path: 's3://bucket-d/model.tar.gz', artifacts: undefined } },
      job: { DataCaptureConfig: { DestinationS3Uri: 's3://bucket-e/captured' } },
    });
    const { problems, unreachable } = await checkBuckets({ ...step, launch });
    const expected = ['a', 'b', 'e'].map((letter) => `s3://bucket-${letter}/`);
    assert.ok(
      problems.every(({ message }) => /NoSuchBucket.*create the bucket/.test(message)),
      JSON.stringify(problems),
    );
    assert.deepEqual([...unreachable], [expected[0], expected[1], 's3://bucket-d/', 's3://bucket-c/', expected[2]]);
  });

  test('are wrong without permission', async (t) => {
    const { stub, step } = await stubPlace(t);
    stub.fail('HeadBucket', { status: 403, code: 'AccessDenied' });
    const { problems } = await checkBuckets({ ...step, launch: launchWith() });
    assert.match(problems[0]?.message ?? '', /bucket of the input.*HTTP 403.*s3:ListBucket/);
  });

  test('are not looked for behind addresses that batchline does not read', async (t) => {
    const { step } = await stubPlace(t);
    const { problems } = await checkBuckets({ ...step, launch: launchWith({ uri: 'https://bucket/in' }) });
    assert.match(problems[0]?.message ?? '', /the input: expected s3:\/\/.*https:/);
  });
});
