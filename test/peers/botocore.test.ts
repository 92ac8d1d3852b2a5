import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ApiRequest, validateByBotocore, withoutBotocore } from './support/botocore.ts';

// What the launcher's requests are held against finds what AWS would refuse.

const job = {
  TransformJobName: 'flag-combo-1',
  ModelName: 'flag-combo',
  BatchStrategy: 'MultiRecord',
  MaxPayloadInMB: 5,
  Environment: { MODE: 'batch' },
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } },
    ContentType: 'application/json',
    SplitType: 'Line',
  },
  TransformOutput: { S3OutputPath: 's3://bucket/out', AssembleWith: 'Line' },
  TransformResources: { InstanceType: 'ml.m5.2xlarge', InstanceCount: 1 },
  Tags: [{ Key: 'team:größe', Value: 'data 1' }],
};
const simulation = { PolicySourceArn: 'arn:aws:iam::123456789012:role/r', ActionNames: ['iam:PassRole'] };

describe('botocore', { skip: withoutBotocore }, () => {
  test('has nothing against requests that are right', async () => {
    assert.deepEqual(
      await validateByBotocore([
        create(job),
        { service: 'sagemaker', operation: 'ListTransformJobs', body: { MaxResults: 10, CreationTimeAfter: 1.5e9 } },
        { service: 'ecr', operation: 'CreateRepository', body: { repositoryName: 'team/r' } },
        { service: 'ecr', operation: 'GetAuthorizationToken', body: {} },
        { service: 'sts', operation: 'GetCallerIdentity', body: {} },
        { service: 'iam', operation: 'SimulatePrincipalPolicy', body: { ...simulation, MaxItems: '10' } },
        { service: 'logs', operation: 'GetLogEvents', body: { logStreamName: 'a/b', startFromHead: true } },
      ]),
      [],
    );
  });

  const wrong: [what: string, request: ApiRequest, complaint: RegExp][] = [
    ['an unknown member', create({ ...job, Nmae: 1 }), /Unknown parameter in input: "Nmae"/],
    ['a missing member', create({ ...job, TransformOutput: {} }), /Missing required parameter .*"S3OutputPath"/],
    ['a wrong type', create({ ...job, MaxPayloadInMB: '5' }), /Invalid type for parameter MaxPayloadInMB/],
    ['a number too small', create({ ...job, MaxPayloadInMB: -1 }), /MaxPayloadInMB.*-1/],
    [
      'a number too large',
      create({ ...job, ModelClientConfig: { InvocationsMaxRetries: 4 } }),
      /\.InvocationsMaxRetries: 4, more than 3/,
    ],
    ['a text too long', create({ ...job, ModelName: 'm'.repeat(64) }), /\.ModelName: 64 characters, more than 63/],
    [
      'too many entries',
      create({ ...job, Environment: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`K${n}`, ''])) }),
      /\.Environment: 17 entries, more than 16/,
    ],
    ['a value of no enumeration', create({ ...job, BatchStrategy: 'Multi' }), /\.BatchStrategy: 'Multi' is none of/],
    ['a pattern', create({ ...job, TransformJobName: 'bad_name!' }), /\.TransformJobName: 'bad_name!' does not match/],
    ['the pattern of a key', create({ ...job, Environment: { '1a': '' } }), /\.Environment \(key: 1a\): '1a' does not/],
    ['the pattern of an item', create({ ...job, Tags: [{ Key: 'a!', Value: '' }] }), /\.Tags\[0\]\.Key: 'a!' does not/],
    [
      'a form',
      { service: 'iam', operation: 'SimulatePrincipalPolicy', body: { ...simulation, MaxItems: 'ten' } },
      /Invalid type for parameter MaxItems/,
    ],
    [
      'an operation',
      { service: 'sagemaker', operation: 'CreateTransform', body: {} },
      /sagemaker\.CreateTransform: there is no such operation/,
    ],
  ];
  test('finds what is wrong', async () => {
    const complaints = await validateByBotocore(wrong.map(([, request]) => request));
    for (const [index, [what, , complaint]] of wrong.entries()) assert.match(complaints[index] ?? '', complaint, what);
    assert.equal(complaints.length, wrong.length);
  });
});

function create(body: Record<string, unknown>): ApiRequest {
  return { service: 'sagemaker', operation: 'CreateTransformJob', body };
}
