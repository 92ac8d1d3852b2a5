import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fingerprintOf, settingsHash } from '../../../src/sagemaker/results/launch-lineage.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';

const request: CreateTransformJobRequest = {
  TransformJobName: 'j',
  ModelName: 'm',
  Environment: { A: '1', B: '2' },
  TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } }, SplitType: 'Line' },
  TransformOutput: { S3OutputPath: 's3://b/out' },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
};
const { TransformInput: input, TransformOutput: output } = request;

describe('the hash of settings', () => {
  const same: Partial<CreateTransformJobRequest>[] = [
    { TransformJobName: 'other', ModelName: 'other' },
    { Environment: { B: '2', A: '1' } },
    { TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 9 }, MaxConcurrentTransforms: 3 },
    { TransformInput: { ...input, CompressionType: 'None' }, DataProcessing: { InputFilter: '$' } },
    { TransformInput: { ...input, DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://b/m' } } } },
    { Tags: [{ Key: 'a', Value: 'b' }], ModelClientConfig: { InvocationsMaxRetries: 1 } },
  ];
  for (const change of same) {
    it(`is not changed by ${JSON.stringify(change)}`, () => {
      assert.equal(settingsHash({ ...request, ...change }), settingsHash(request));
    });
  }

  const different: Partial<CreateTransformJobRequest>[] = [
    { Environment: { A: '1' } },
    { TransformInput: { ...input, ContentType: 'text/csv' } },
    { TransformInput: { ...input, SplitType: 'None' } },
    { TransformOutput: { ...output, Accept: 'text/csv' } },
    { TransformOutput: { ...output, AssembleWith: 'Line' } },
    { DataProcessing: { JoinSource: 'Input' } },
    { BatchStrategy: 'SingleRecord' },
    { MaxPayloadInMB: 5 },
    { DataCaptureConfig: { DestinationS3Uri: 's3://b/c', GenerateInferenceId: true } },
  ];
  for (const change of different) {
    it(`is changed by ${JSON.stringify(change)}`, () => {
      assert.notEqual(settingsHash({ ...request, ...change }), settingsHash(request));
    });
  }
});

it('there is no fingerprint of half of what counts', () => {
  assert.equal(fingerprintOf({ modelHash: 'a', settingsHash: 'b' }), 'a:b');
  assert.equal(fingerprintOf({ modelHash: 'a' }), undefined);
  assert.equal(fingerprintOf({ settingsHash: 'b' }), undefined);
});
