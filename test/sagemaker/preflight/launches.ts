import type { Launch } from '../../../src/sagemaker/launch-file/launch.ts';
import { roleArn } from './stub-iam.ts';

type Job = Launch['job'];

/** The job of a launch that nothing is wrong with. */
export const goodJob: Job = {
  MaxPayloadInMB: 6,
  BatchStrategy: 'MultiRecord',
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } },
    ContentType: 'application/json',
    SplitType: 'Line',
  },
  TransformOutput: { S3OutputPath: 's3://bucket/out/', AssembleWith: 'Line' },
  TransformResources: { InstanceType: 'ml.m5.2xlarge', InstanceCount: 1 },
};

export const goodLaunch: Launch = {
  name: 'outlets',
  image: {
    context: '/checkout',
    dockerfile: 'Dockerfile',
    buildArgs: {},
    repository: 'batchline',
    scanOnPush: true,
  },
  model: { path: '/checkout/model', artifacts: 's3://bucket/artifacts/' },
  createModel: { ExecutionRoleArn: roleArn, PrimaryContainer: {} },
  job: goodJob,
  shard: 'none',
};

export interface Changes {
  readonly job?: Partial<Job>;
  readonly input?: Partial<Job['TransformInput']>;
  readonly output?: Partial<Job['TransformOutput']>;
  readonly resources?: Partial<Job['TransformResources']>;
  readonly createModel?: Partial<Launch['createModel']>;
  readonly uri?: string;
  readonly launch?: Partial<Launch>;
}

/** The good launch with changes. */
export function launchWith({ job, input, output, resources, createModel, uri, launch }: Changes = {}): Launch {
  const DataSource = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri ?? 's3://bucket/in/' } } as const;
  return {
    ...goodLaunch,
    createModel: { ...goodLaunch.createModel, ...createModel },
    job: {
      ...goodJob,
      TransformInput: { ...goodJob.TransformInput, DataSource, ...input },
      TransformOutput: { ...goodJob.TransformOutput, ...output },
      TransformResources: { ...goodJob.TransformResources, ...resources },
      ...job,
    },
    ...launch,
  };
}
