import type { IamOptions } from './iam-options.ts';
import { type S3Place, s3Places } from './s3-places.ts';
import { fromStack, optionOf, type TemplatePart } from './template-part.ts';

/** The buckets of a launch, each named after the first thing that it holds: InputBucket, OutputBucket, … */
export function templateBuckets(options: IamOptions): TemplatePart {
  const { input, output, artifacts, capture } = s3Places(options);
  const uses: readonly [use: string, place: S3Place | undefined][] = [
    ['Input', input],
    ['Output', output],
    ['Artifacts', artifacts],
    ['Capture', capture],
  ];
  const names = new Map<string, string>();
  for (const [use, place] of uses) {
    if (place && !names.has(place.bucket)) names.set(place.bucket, `${use}Bucket`);
  }
  const buckets = [...names];
  return {
    optional: Object.fromEntries(
      buckets.map(([name, id]) => [optionOf(id), `Whether to make the bucket ${name}; no if it is there already`]),
    ),
    resources: Object.assign({}, ...buckets.map(([name, id]) => resources(id, name))),
    outputs: outputs(options),
  };
}

function resources(id: string, name: string): Record<string, object> {
  return {
    [id]: {
      Type: 'AWS::S3::Bucket',
      Condition: `${optionOf(id)}Too`,
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: name,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        // A job that ends in the middle of an upload leaves its parts, which cost and which no listing shows.
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'GiveUpUnfinishedUploads',
              Status: 'Enabled',
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
      },
    },
    [`${id}Policy`]: {
      Type: 'AWS::S3::BucketPolicy',
      Condition: `${optionOf(id)}Too`,
      Properties: { Bucket: { Ref: id }, PolicyDocument: tlsOnly(name) },
    },
  };
}

function tlsOnly(name: string): object {
  const arn = `arn:${fromStack('AWS::Partition')}:s3:::${name}`;
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, `${arn}/*`], Condition },
    ],
  };
}

function outputs({ launch }: IamOptions): TemplatePart['outputs'] {
  const { job, model } = launch;
  const { S3Uri } = job.TransformInput.DataSource.S3DataSource;
  const said = (key: string, Value: string) => ({ Description: `In launch.yaml: ${key}`, Value });
  return {
    InputUri: said('CreateTransformJob.TransformInput.DataSource.S3DataSource.S3Uri', S3Uri),
    OutputUri: said('CreateTransformJob.TransformOutput.S3OutputPath', job.TransformOutput.S3OutputPath),
    ...(model?.artifacts === undefined ? {} : { ArtifactsUri: said('artifacts', model.artifacts) }),
  };
}
