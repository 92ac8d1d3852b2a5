import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { createModel, deleteModel } from '../../../src/sagemaker/model/create-model.ts';
import { modelLineage } from '../../../src/sagemaker/model/model-lineage.ts';
import type { CreateModelRequest } from '../../../src/sagemaker-api/create-model.ts';
import { startLocal } from '../../control-plane/local.ts';
import { startFaultyAws } from '../../peers/support/aws-faults.ts';
import { awsStep } from '../aws-step.ts';

const request: CreateModelRequest = {
  ModelName: 'flag-combo-1',
  ExecutionRoleArn: 'arn:aws:iam::123456789012:role/batchline',
  PrimaryContainer: { Image: 'r/batchline@sha256:0a', ModelDataUrl: 's3://b/m.tar.gz', Environment: { A: '1' } },
  EnableNetworkIsolation: true,
  Tags: [{ Key: 'batchline:model-source', Value: 'dvc://model' }],
};

test('a model is made once, however often it is asked for', async (t) => {
  const { step, aws } = await start(t);
  assert.deepEqual(await createModel(request, step), { name: 'flag-combo-1', created: true });
  assert.deepEqual(await createModel({ ...request, Tags: [] }, step), { name: 'flag-combo-1', created: false });
  assert.equal(aws.requests.filter(({ operation }) => operation === 'CreateModel').length, 1);
  assert.deepEqual(
    step.told.map(({ message }) => message),
    ['model flag-combo-1: created', 'model flag-combo-1: unchanged'],
  );
});

describe('another model of that name is an error that says what differs', () => {
  const others: [what: string, other: Partial<CreateModelRequest>][] = [
    ['Containers', { PrimaryContainer: { ...request.PrimaryContainer, Environment: { A: '2' } } }],
    ['Containers', { PrimaryContainer: { ...request.PrimaryContainer, Image: 'r/batchline@sha256:0b' } }],
    ['ExecutionRoleArn', { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/other' }],
    ['VpcConfig', { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } }],
    ['EnableNetworkIsolation', { EnableNetworkIsolation: false }],
  ];
  for (const [what, other] of others) {
    test(`${what}: ${JSON.stringify(other)}`, async (t) => {
      const { step } = await start(t);
      await createModel(request, step);
      await assert.rejects(createModel({ ...request, ...other }, step), {
        code: 'INVALID_SETTING',
        message: new RegExp(`^model flag-combo-1: there is one of that name, and it is another: ${what} differ`),
      });
    });
  }
});

describe('a model exists once although', () => {
  test('AWS throttles five times', async (t) => {
    const { step, aws } = await start(t);
    aws.fault('CreateModel', { kind: 'throttle', times: 5 });
    assert.deepEqual(await createModel(request, step), { name: 'flag-combo-1', created: true });
    assert.equal(aws.requests.filter(({ operation }) => operation === 'CreateModel').length, 6);
  });
  test('the reply is lost', async (t) => {
    const { step, aws, local } = await start(t);
    aws.fault('CreateModel', { kind: 'replyLost' });
    assert.deepEqual(await createModel(request, step), { name: 'flag-combo-1', created: true });
    assert.deepEqual(((await local.ok('ListModels'))['Models'] as unknown[]).length, 1);
  });
  test('another launch makes it first', async (t) => {
    const { step, aws } = await start(t);
    aws.fault('DescribeModel', { kind: 'error', code: 'ValidationException', message: 'Could not find model' });
    await createModel(request, awsStep(t, aws.url)); // the fault is for this one
    aws.fault('DescribeModel', { kind: 'error', code: 'ValidationException', message: 'Could not find model' });
    assert.equal((await createModel(request, step)).name, 'flag-combo-1');
  });
});

test('what the service refuses is told in its words', async (t) => {
  const { step } = await start(t);
  await assert.rejects(createModel({ ...request, ModelName: 'a_b' }, step), {
    code: 'JOB_FAILED',
    message: /^model a_b: CreateModel failed: ValidationException, 1 validation error detected: Value 'a_b'/,
  });
});

test('expired credentials end it, with the remedy', async (t) => {
  const { step, aws } = await start(t);
  aws.fault('DescribeModel', { kind: 'expiredToken', times: 10 });
  await assert.rejects(createModel(request, step), { message: /expired: get new ones and run the same command again/ });
});

test('its lineage is found again, and it can be deleted', async (t) => {
  const { step } = await start(t);
  await createModel(request, step);
  const lineage = await modelLineage('flag-combo-1', step);
  assert.match(String(lineage.modelHash), /^[0-9a-f]{64}$/);
  assert.deepEqual(
    { image: lineage.image, url: lineage.modelUrl, source: lineage.modelSource },
    { image: 'r/batchline@sha256:0a', url: 's3://b/m.tar.gz', source: 'dvc://model' },
  );
  await deleteModel('flag-combo-1', step);
  await assert.rejects(modelLineage('flag-combo-1', step), { message: /Could not find model/ });
});

async function start(t: TestContext) {
  const local = await startLocal(t);
  const aws = await startFaultyAws({ sagemaker: local.url });
  t.after(() => aws.close());
  return { local, aws, step: awsStep(t, aws.url) };
}
