import { type IamOptions, partitionOf } from './iam-options.ts';
import { allowKeys } from './keys.ts';
import { logGroupArn } from './logs.ts';
import { allow, type Policy, policyOf, type Statement } from './policy.ts';
import { repositories } from './repositories.ts';
import { bucketArn, keysOf, objectsArn, type S3Place, s3Places } from './s3-places.ts';

/**
 * What the model and its jobs need on AWS, by what SageMaker's guide lists for a CreateModel role, and no more: input,
 * archive and image are read, outputs and logs are written. Keys and network interfaces only where the launch has them.
 */
export function executionRolePolicy(options: IamOptions): Policy {
  const { pulled } = repositories(options);
  return policyOf([
    ...objects(options),
    allow('LogIn', ['ecr:GetAuthorizationToken'], pulled.length > 0 ? '*' : []),
    allow('PullImage', ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], pulled),
    ...logs(options),
    ...keys(options),
    ...network(options),
  ]);
}

function objects(options: IamOptions): Statement[] {
  const { input, output, artifacts, archives, capture } = s3Places(options);
  const arns = (places: readonly (S3Place | undefined)[]) =>
    places.flatMap((place) => (place ? objectsArn(options, place) : []));
  const staged = output; // manifests of --resume and ranges of --shard, which a launch puts beside the outputs
  return [
    ...listing(options, [input, staged]),
    allow('ReadInputAndModel', ['s3:GetObject'], arns([input, staged, artifacts, ...archives])),
    // Outputs go up in parts; those of an object that fails are given up.
    allow('WriteOutput', ['s3:PutObject', 's3:AbortMultipartUpload'], arns([output, capture])),
  ];
}

/** One statement a bucket, because the condition is about its keys. */
function listing(options: IamOptions, places: readonly (S3Place | undefined)[]): Statement[] {
  const given = places.filter((place) => place !== undefined);
  return [...new Set(given.map(({ bucket }) => bucket))].map((bucket, index) => {
    const here = given.filter((place) => place.bucket === bucket);
    return allow(
      `ListInput${index === 0 ? '' : index + 1}`,
      ['s3:ListBucket'],
      here.map((place) => bucketArn(options, place)),
      {
        StringLike: { 's3:prefix': [...new Set(here.map(keysOf))] },
      },
    );
  });
}

function logs(options: IamOptions): Statement[] {
  const group = logGroupArn(options);
  return [
    allow('CreateLogGroup', ['logs:CreateLogGroup', 'logs:DescribeLogStreams'], [group, `${group}:*`]),
    allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], `${group}:log-stream:*`),
    allow('PublishMetrics', ['cloudwatch:PutMetricData'], '*', {
      StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' },
    }),
  ];
}

function keys(options: IamOptions): Statement[] {
  const { TransformOutput, TransformResources, DataCaptureConfig } = options.launch.job;
  return [
    // S3 encrypts parts with a data key, and decrypts it to put them together.
    ...allowKeys('EncryptOutput', options, {
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
      keys: [TransformOutput.KmsKeyId, DataCaptureConfig?.KmsKeyId],
    }),
    ...allowKeys('EncryptVolume', options, {
      actions: ['kms:CreateGrant', 'kms:DescribeKey'],
      // The API's description of data capture's key speaks of the volume.
      keys: [TransformResources.VolumeKmsKeyId, DataCaptureConfig?.KmsKeyId],
    }),
  ];
}

function network(options: IamOptions): Statement[] {
  const { VpcConfig: vpc } = options.launch.createModel;
  if (vpc === undefined) return [];
  const ec2 = (resource: string) => `arn:${partitionOf(options)}:ec2:${options.region}:${options.account}:${resource}`;
  const places = [
    ...vpc.Subnets.map((id) => ec2(`subnet/${id}`)),
    ...vpc.SecurityGroupIds.map((id) => ec2(`security-group/${id}`)),
  ];
  const interfaces = ec2('network-interface/*');
  const described = ['NetworkInterfaces', 'Vpcs', 'DhcpOptions', 'Subnets', 'SecurityGroups'];
  const managed = ['CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission'];
  return [
    allow('CreateNetworkInterface', ['ec2:CreateNetworkInterface'], [interfaces, ...places]),
    allow(
      'ManageNetworkInterface',
      managed.map((action) => `ec2:${action}`),
      interfaces,
    ),
    allow(
      'SeeNetwork',
      described.map((what) => `ec2:Describe${what}`),
      '*',
    ),
  ];
}
