import { executionRoleArn, type IamOptions, partitionOf } from './iam-options.ts';
import { allowKeys } from './keys.ts';
import { logGroupArn } from './logs.ts';
import { jobNames, modelNames } from './names.ts';
import { allow, type Policy, policyOf, type Statement } from './policy.ts';
import { repositories } from './repositories.ts';
import { bucketArn, objectsArn, type S3Place, s3Places } from './s3-places.ts';

/**
 * What whoever runs `batchline launch` needs: every call that it makes, on what the launch file names and no more.
 * Models and jobs are known by how their names begin.
 */
export function deployerPolicy(options: IamOptions): Policy {
  return policyOf([
    allow('WhoAmI', ['sts:GetCallerIdentity'], '*'),
    ...role(options),
    ...image(options),
    ...objects(options),
    ...jobs(options),
    ...logs(options),
  ]);
}

function role(options: IamOptions): Statement[] {
  // A model that exists has its role.
  if (options.launch.job.ModelName !== undefined) return [];
  const arn = executionRoleArn(options);
  const self = `arn:${partitionOf(options)}:iam::${options.account}:user/\${aws:username}`;
  return [
    allow('PassRole', ['iam:PassRole'], arn, {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    }),
    // Only the preflight's checks; a launch goes on without.
    allow('CheckRole', ['iam:GetRole'], arn),
    allow('SimulateRole', ['iam:SimulatePrincipalPolicy'], [arn, self]),
  ];
}

function image(options: IamOptions): Statement[] {
  const { own, pulled } = repositories(options);
  const push = ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage'];
  const repository = ['DescribeRepositories', 'CreateRepository'];
  const lifecycle = options.launch.image?.keepImages === undefined ? [] : ['GetLifecyclePolicy', 'PutLifecyclePolicy'];
  const ecr = (actions: readonly string[]) => actions.map((action) => `ecr:${action}`);
  return [
    allow('LogIn', ['ecr:GetAuthorizationToken'], pulled.length > 0 ? '*' : []),
    // Layers that are there are not pushed again; the architecture of the image is looked up.
    allow('LookUpImage', ecr(['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer']), pulled),
    allow('PushImage', ecr([...repository, ...lifecycle, ...push]), own ?? []),
  ];
}

function objects(options: IamOptions): Statement[] {
  const { input, output, artifacts, archives } = s3Places(options);
  const all = (places: readonly (S3Place | undefined)[], arn: (options: IamOptions, place: S3Place) => string) =>
    places.flatMap((place) => (place ? arn(options, place) : []));
  const written = all([output, artifacts], objectsArn);
  const { TransformOutput, DataCaptureConfig } = options.launch.job;
  return [
    // Without a condition on the prefix: HeadBucket, which tells the bucket's region, has none.
    allow('SeeBuckets', ['s3:ListBucket'], all([input, output, artifacts, ...archives], bucketArn)),
    allow('FindUploads', ['s3:ListBucketMultipartUploads'], all([output, artifacts], bucketArn)),
    allow('ReadObjects', ['s3:GetObject'], [...all([input, ...archives], objectsArn), ...written]),
    allow('WriteObjects', ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], written),
    // What was put beside the outputs for a while, and what a new run replaces.
    allow('RemoveTemporary', ['s3:DeleteObject'], all([output], objectsArn)),
    ...allowKeys('ReadEncrypted', options, {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      keys: [TransformOutput.KmsKeyId, DataCaptureConfig?.KmsKeyId],
    }),
  ];
}

function jobs(options: IamOptions): Statement[] {
  const { region, account, launch } = options;
  const made = ['CreateModel', 'DescribeModel', 'DeleteModel'];
  // SageMaker's ARNs have names in lower case.
  const arns = (kind: string, names: readonly string[]) =>
    names
      .flatMap((name) => [name, name.toLowerCase()])
      .map((name) => `arn:${partitionOf(options)}:sagemaker:${region}:${account}:${kind}/${name}`);
  const models = arns('model', modelNames(launch));
  const transformJobs = arns('transform-job', jobNames(launch));
  const sagemaker = (actions: readonly string[]) => actions.map((action) => `sagemaker:${action}`);
  return [
    allow('Models', sagemaker(launch.job.ModelName === undefined ? made : ['DescribeModel']), models),
    allow('Jobs', sagemaker(['CreateTransformJob', 'DescribeTransformJob', 'StopTransformJob']), transformJobs),
    allow('TagThem', sagemaker(['AddTags', 'ListTags']), [...models, ...transformJobs]),
  ];
}

function logs(options: IamOptions): Statement[] {
  const group = logGroupArn(options);
  const streams = jobNames(options.launch).map((name) => `${group}:log-stream:${name}/*`);
  return [
    allow('FindLogs', ['logs:DescribeLogStreams'], [group, `${group}:log-stream:*`]),
    allow('ReadLogs', ['logs:GetLogEvents'], streams),
  ];
}
