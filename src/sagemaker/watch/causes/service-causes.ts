import type { KnownCause } from './known-cause.ts';

/** What the service itself says, in FailureReason: nothing of it is about the data. */
export const serviceCauses: readonly KnownCause[] = [
  {
    in: ['reason'],
    pattern: /batchline local was stopped/,
    what: 'The process of `batchline local` ended while the job was under way.',
    remedy: 'start `batchline local` again, and run the job again',
  },
  {
    // DIAGNijmegen/rse-grand-challenge#2631, aws/sagemaker-pytorch-training-toolkit#171
    in: ['reason'],
    pattern: /CapacityError|Unable to provision requested ML compute capacity|InsufficientInstanceCapacity/i,
    what: 'AWS has no free instances of this type in the region just now; nothing was billed.',
    remedy: ({ TransformResources: { InstanceType: type } }) =>
      `run it again in some minutes, or with another instance type than ${type} or a smaller InstanceCount`,
  },
  {
    // aws/sagemaker-python-sdk: "The account-level service limit 'ml.… for transform job usage' is 0 Instances"
    in: ['reason'],
    pattern: /ResourceLimitExceeded|account-level service limit/i,
    what: 'The account’s quota of these instances for transform jobs is used up, or zero.',
    remedy: ({ TransformResources: { InstanceType: type } }) =>
      `raise "${type} for transform job usage" in Service Quotas, under Amazon SageMaker, or take another type or a smaller InstanceCount`,
  },
  {
    // aws-samples/amazon-sagemaker-tensorflow-object-detection-api#14
    in: ['reason'],
    pattern: /manifest unknown|Requested image not found|image .*(does not exist|not found)|CannotPullContainer/i,
    what: 'The model’s image is not, or no longer, in its repository: perhaps a lifecycle rule has removed it.',
    remedy: 'push it again: `batchline launch` pushes what is missing, and the model then names it by digest',
  },
  {
    // aws/sagemaker-python-sdk#2002, aws/deep-learning-containers#5657
    in: ['reason'],
    pattern: /ecr:|BatchGetImage|GetDownloadUrlForLayer|pull access denied/i,
    what: 'The image may not be pulled by the model’s execution role.',
    remedy:
      'allow ecr:GetAuthorizationToken, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability to the role (`batchline launch iam` prints a policy), and, for another account’s repository, to the role in the repository’s policy',
  },
  {
    in: ['reason', 'data-log'],
    pattern: /\bKMS\b|kms:/,
    what: 'A KMS key may not be used by the execution role.',
    remedy:
      'allow kms:Decrypt for inputs and the model, kms:GenerateDataKey for outputs, and kms:CreateGrant for VolumeKmsKeyId, to the role, in the key’s policy too; the key has to be in the job’s region',
  },
  {
    // aws-solutions-library-samples/fraud-detection-using-machine-learning#9
    in: ['reason'],
    pattern: /Failed to download model data|Could not (find|access) model data/i,
    what: 'The model archive is gone, or may not be read by the model’s execution role.',
    remedy:
      'see that ModelDataUrl exists, in the job’s region, and allow s3:GetObject on it to the role; `batchline launch` uploads an archive that is missing',
  },
  {
    // aws/deep-learning-containers#569; links: mantiumai/aws-sagemaker-gptj-deepspeed-blog#5
    in: ['reason'],
    pattern: /Failed to extract model data|valid tar\.gz archive|model data archive is too large/i,
    what: 'The model archive cannot be unpacked: it is no tar.gz, has links in it, or is larger than the volume.',
    remedy:
      'let `batchline launch` make the archive from the model’s folder; a transform job’s volume has 30 GB, and its size cannot be chosen',
  },
  {
    // aws/deep-learning-containers#586
    in: ['reason', 'data-log'],
    pattern: /Could not find model "/i,
    what: 'The model was deleted while the job needed it.',
    remedy: 'let nothing delete it before the job has ended (`--cleanup` waits), and run the job again',
  },
  {
    in: ['reason'],
    pattern: /NoSuchBucket|NoSuchKey|No S3 objects found/,
    what: 'An object or bucket of the job was removed, or is in another region.',
    remedy: 'see that input, output and archive are there, in the job’s region, and leave inputs alone while it runs',
  },
  {
    in: ['reason', 'data-log'],
    pattern: /AccessDenied|Access Denied|not authorized to perform|\b403\b.*Forbidden|Forbidden.*\b403\b/i,
    what: 'The model’s execution role may not do what the job needs, most often on S3.',
    remedy:
      'allow s3:ListBucket on the buckets, s3:GetObject on inputs and archive, s3:PutObject and s3:AbortMultipartUpload on outputs, to the role (`batchline launch iam` prints a policy); bucket policies and VPC endpoint policies can deny it as well',
  },
  {
    in: ['reason'],
    pattern: /subnet|security group|free IP|network interface|\bVPC\b/i,
    what: 'The network of the model’s VpcConfig could not be used.',
    remedy:
      'see that subnets and security groups exist, that the subnets have free addresses for all instances, that the role may make network interfaces (ec2:CreateNetworkInterface…), and that S3 can be reached by an endpoint',
  },
  {
    // aws/sagemaker-python-sdk#5182
    in: ['reason'],
    pattern: /data ?capture/i,
    what: 'Data capture could not write to its destination.',
    remedy:
      'allow s3:PutObject on DataCaptureConfig’s DestinationS3Uri to the execution role, or leave DataCaptureConfig out',
  },
  {
    // aws/sagemaker-python-sdk#70, #1758; large models: developer guide, batch-transform-storage; capture: #5182
    in: ['reason'],
    pattern: /InternalServerError|internal error/i,
    what: 'SageMaker failed itself, or says no more: seen of models larger than the 30 GB volume, of containers out of memory, and of data capture that may not write.',
    remedy: ({ DataCaptureConfig: capture }) =>
      `run it again; if it fails again, take an instance type with more memory, ${capture ? 'leave DataCaptureConfig out, ' : ''}or ask AWS Support with the job’s ARN`,
    isGeneral: true,
  },
];
