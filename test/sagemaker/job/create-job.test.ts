import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { createJob } from '../../../src/sagemaker/job/create-job.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { jobRequest, modelRequest, startLocal } from '../../control-plane/local.ts';
import { startFaultyAws } from '../../peers/support/aws-faults.ts';
import { awsStep } from '../aws-step.ts';

const request = jobRequest('job-1', { MaxPayloadInMB: 5 }) as unknown as CreateTransformJobRequest;

test('a job is created', async (t) => {
  const { step, local } = await start(t);
  await createJob(request, step);
  assert.equal(await local.status('job-1'), 'InProgress');
  assert.deepEqual(step.told, [{ event: 'job', message: 'job job-1: created', details: { name: 'job-1', request } }]);
});

test('once, though its reply is lost', async (t) => {
  const { step, local, aws } = await start(t);
  aws.fault('CreateTransformJob', { kind: 'replyLost' });
  await createJob(request, step);
  const { TransformJobSummaries: jobs } = await local.ok('ListTransformJobs');
  assert.equal((jobs as unknown[]).length, 1);
});

test('a job of that name that is another is not taken for it', async (t) => {
  const { step, local } = await start(t);
  await local.ok('CreateTransformJob', jobRequest('job-1', { MaxPayloadInMB: 6 }));
  await assert.rejects(createJob(request, step), { message: /^job job-1: CreateTransformJob failed: ResourceInUse/ });
});

test('a quota is named with its remedy', async (t) => {
  const { step, aws } = await start(t);
  const message = "The account-level service limit 'ml.m5.2xlarge for transform job usage' is 0 Instances";
  aws.fault('CreateTransformJob', { kind: 'error', code: 'ResourceLimitExceeded', message });
  await assert.rejects(createJob(request, step), { message: /is 0 Instances \(raise the quota in Service Quotas/ });
});

async function start(t: TestContext) {
  const local = await startLocal(t);
  await local.ok('CreateModel', modelRequest('model-1'));
  const aws = await startFaultyAws({ sagemaker: local.url });
  t.after(() => aws.close());
  return { local, aws, step: awsStep(t, aws.url) };
}
