import type { Launch } from '../../../src/sagemaker/launch-file/launch.ts';

const image = {
  context: '/work',
  dockerfile: 'Dockerfile',
  buildArgs: {},
  repository: 'team/flag-combo',
  scanOnPush: true,
};

/** The seed's job: one bucket, an image that is built, a model folder. */
export const minimal: Launch = {
  name: 'flag-combo',
  image,
  model: { path: '/work/model', artifacts: 's3://acme/models/' },
  createModel: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/batchline', PrimaryContainer: {} },
  job: {
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://acme/in/part-' } },
      ContentType: 'application/json',
      SplitType: 'Line',
    },
    TransformOutput: { S3OutputPath: 's3://acme/out', AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.2xlarge', InstanceCount: 1 },
  },
  shard: 'none',
};

/** All that makes a policy longer: keys, a VPC, buckets for everything, a pipeline with an image of another account. */
export const full: Launch = {
  ...minimal,
  name: 'Flag-Combo',
  image: { ...image, keepImages: 10 },
  model: { path: '/work/model', artifacts: 's3://acme-models' },
  createModel: {
    ExecutionRoleArn: 'arn:aws:iam::123456789012:role/sagemaker/jobs/flag-combo',
    Containers: [
      {},
      {
        Image: '210987654321.dkr.ecr.eu-west-1.amazonaws.com/shared/second:latest',
        ModelDataUrl: 's3://shared-models/second/model.tar.gz',
      },
    ],
    VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1', 'subnet-2'] },
    Tags: [{ Key: 'team', Value: 'data' }],
  },
  job: {
    ...minimal.job,
    TransformInput: {
      ...minimal.job.TransformInput,
      DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://acme-in/lists/today.json' } },
    },
    TransformOutput: { S3OutputPath: 's3://acme-out/scored/', KmsKeyId: 'alias/scores' },
    TransformResources: {
      InstanceType: 'ml.m5.2xlarge',
      InstanceCount: 4,
      VolumeKmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
    },
    DataCaptureConfig: {
      DestinationS3Uri: 's3://acme-capture/jobs',
      KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/capture',
    },
  },
  shard: 'auto',
};
