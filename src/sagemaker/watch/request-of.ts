import type { DescribeTransformJobCommandOutput } from '@aws-sdk/client-sagemaker';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';

/** What Describe has of a request's members; tags are not among them. */
const members = [
  'TransformJobName',
  'ModelName',
  'MaxConcurrentTransforms',
  'ModelClientConfig',
  'MaxPayloadInMB',
  'BatchStrategy',
  'TransformInput',
  'TransformOutput',
  'TransformResources',
  'DataProcessing',
  'DataCaptureConfig',
  'ExperimentConfig',
] as const satisfies readonly (keyof DescribeTransformJobCommandOutput)[];

type Described =
  | Partial<Pick<DescribeTransformJobCommandOutput, (typeof members)[number] | 'Environment'>>
  | CreateTransformJobRequest;

/** What the service says of members that the request did not have. Seen in aws/amazon-sagemaker-examples, sm-batch_transform_pytorch. */
const echoes: Readonly<Record<string, string>> = {
  InputFilter: '$',
  OutputFilter: '$',
  JoinSource: 'None',
  CompressionType: 'None',
  SplitType: 'None',
  AssembleWith: 'None',
};

/** The request that a job was made by, as far as Describe tells it: a default that is echoed counts as not given. */
export function requestOf(described: Described): CreateTransformJobRequest {
  const { Environment: environment = {} } = described;
  const given = members.map((member) => [member, withoutEchoes(described[member])] as const);
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...(Object.keys(environment).length === 0 ? {} : { Environment: environment }),
  } as unknown as CreateTransformJobRequest;
}

/** Without members that are absent, empty or a default; undefined if nothing is left. */
function withoutEchoes(value: unknown): unknown {
  if (value === '' || value === null) return undefined;
  if (typeof value !== 'object') return value;
  const left = Object.entries(value as object)
    .filter(([name, member]) => echoes[name] !== member)
    .map(([name, member]) => [name, withoutEchoes(member)])
    .filter(([, member]) => member !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
