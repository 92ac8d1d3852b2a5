import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DescribeTransformJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { requestOf } from '../../../src/sagemaker/watch/request-of.ts';
import { parseCreateTransformJob } from '../../../src/sagemaker-api/parse-create-transform-job.ts';

/** What Describe was seen to say of the request `least` below. */
const described = {
  $metadata: {},
  TransformJobName: 'job-1',
  TransformJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:transform-job/job-1',
  TransformJobStatus: 'Completed',
  ModelName: 'model-1',
  Environment: {},
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in/' } },
    ContentType: '',
    CompressionType: 'None',
    SplitType: 'None',
  },
  TransformOutput: { S3OutputPath: 's3://b/out', AssembleWith: 'None', KmsKeyId: '' },
  TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
  CreationTime: new Date(1),
  TransformStartTime: new Date(2),
  TransformEndTime: new Date(3),
  DataProcessing: { InputFilter: '$', OutputFilter: '$', JoinSource: 'None' },
} as const satisfies DescribeTransformJobCommandOutput;

const least = {
  TransformJobName: 'job-1',
  ModelName: 'model-1',
  TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in/' } } },
  TransformOutput: { S3OutputPath: 's3://b/out' },
  TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
};

test('defaults that are echoed count as not given', () => {
  const request = requestOf(described);
  assert.deepEqual(request, least);
  assert.deepEqual(parseCreateTransformJob(request, { unknown: 'refuse' }), least);
});

test('everything that was given is kept', () => {
  const given = {
    MaxConcurrentTransforms: 2,
    ModelClientConfig: { InvocationsTimeoutInSeconds: 60, InvocationsMaxRetries: 0 },
    MaxPayloadInMB: 0,
    BatchStrategy: 'MultiRecord',
    Environment: { A: '', B: 'None', C: '$' },
    TransformInput: {
      ...least.TransformInput,
      ContentType: 'text/csv',
      CompressionType: 'Gzip',
      SplitType: 'Line',
    },
    TransformOutput: { S3OutputPath: 's3://b/out', Accept: 'text/csv', AssembleWith: 'Line', KmsKeyId: 'key' },
    TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeKmsKeyId: 'key' },
    DataCaptureConfig: { DestinationS3Uri: 's3://b/capture', GenerateInferenceId: false },
    ExperimentConfig: { ExperimentName: 'e' },
  } as const;
  const filters = { InputFilter: '$[1:]', OutputFilter: '$', JoinSource: 'Input' } as const;
  const request = requestOf({ ...described, ...given, DataProcessing: filters } as DescribeTransformJobCommandOutput);
  assert.deepEqual(request, {
    ...least,
    ...given,
    DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
  });
  assert.deepEqual(parseCreateTransformJob(request, { unknown: 'refuse' }), request);
});
