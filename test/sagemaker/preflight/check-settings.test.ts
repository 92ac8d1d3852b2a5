import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkSettings } from '../../../src/sagemaker/preflight/check-settings.ts';
import type { Problem } from '../../../src/sagemaker/step.ts';
import { type Changes, goodJob, launchWith } from './launches.ts';

interface World extends Changes {
  /** Whether the image is batchline's own; by default not. */
  readonly ours?: boolean;
}

function checked({ ours = false, ...changes }: World): Problem[] {
  return checkSettings({
    launch: launchWith(changes),
    clients: { region: 'us-east-1' },
    identity: { account: '123456789012' },
    ...(ours ? { loadModel: async () => ({ name: 'a', version: '1' }) } : {}),
  });
}

const container = (members: object): World => ({ createModel: { PrimaryContainer: members } });
const { createModel: _, ...noModel } = launchWith();
const several = (members: object[], more: Partial<World> = {}): World => ({
  launch: { ...noModel, createModel: { Containers: members, ...more.createModel }, ...more.launch },
});
const input = goodJob.TransformInput;
const single = { launch: { job: { ...goodJob, BatchStrategy: 'SingleRecord' } } } as const;

describe('settings that go together', () => {
  const cases: [name: string, world: World][] = [
    ["the seed's, with the server's own image", { ours: true }],
    ['with an image of somebody else', {}],
    ['as much at once as the API allows', { job: { MaxPayloadInMB: 20, MaxConcurrentTransforms: 5 } }],
    ['a concurrency that goes with the default payload', { job: { MaxConcurrentTransforms: 16 } }],
    [
      'a whole object, put together as it is',
      {
        job: { TransformInput: { ...input, SplitType: 'None' }, TransformOutput: { S3OutputPath: 's3://bucket/out/' } },
        launch: {},
      },
    ],
    ['a filter by positions', { job: { DataProcessing: { InputFilter: '$[0,2]', OutputFilter: '$' } } }],
    [
      'a filter of what was joined',
      { job: { DataProcessing: { JoinSource: 'Input', OutputFilter: '$.SageMakerOutput' } } },
    ],
    ['an open range', { job: { DataProcessing: { InputFilter: '$[1:]' } } }],
    [
      "variables of one's own",
      { ...container({ Environment: { MY_SETTING: '1' } }), job: { Environment: { MY_SETTING: '1' } } },
    ],
    ['a volume with a key', { resources: { VolumeKmsKeyId: 'alias/a' } }],
    ['a key of the region', { output: { KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/a' } }],
    ['four instances', { resources: { InstanceCount: 4 } }],
    [
      'an image in ECR',
      container({
        Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1',
        ModelDataUrl: 's3://bucket/model.tar.gz',
      }),
    ],
    [
      'an image behind a VPC',
      {
        createModel: {
          PrimaryContainer: { Image: 'registry:5000/a', ImageConfig: { RepositoryAccessMode: 'Vpc' } },
          VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
        },
        launch: {},
      },
    ],
    [
      'a program that may use the network',
      {
        createModel: {
          EnableNetworkIsolation: false,
          PrimaryContainer: { Environment: { SAGEMAKER_PROGRAM: 'a.py' } },
        },
      },
    ],
    [
      'a model that exists, whatever the file says of one',
      { ...container({ ModelDataSource: {} }), job: { ModelName: 'there' } },
    ],
  ];
  for (const [name, world] of cases) {
    test(name, () => {
      const known = /S3 through the VPC|BatchStrategy MultiRecord has no effect/; // said of every such launch
      assert.deepEqual(
        checked(world).filter(({ message }) => !known.test(message)),
        [],
      );
    });
  }
});

describe('settings that do not', () => {
  const ecr = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1';
  const cases: [name: string, world: World, severity: Problem['severity'], says: RegExp][] = [
    [
      'much at once, with the default payload',
      { job: { MaxConcurrentTransforms: 17, MaxPayloadInMB: undefined as never } },
      'hint',
      /MaxConcurrentTransforms is 17.*MaxPayloadInMB to 5/,
    ],
    [
      'far too much at once',
      { job: { MaxConcurrentTransforms: 101, MaxPayloadInMB: undefined as never } },
      'hint',
      /MaxConcurrentTransforms to 100 or less/,
    ],
    [
      'a strategy without a split',
      { input: { SplitType: 'None' }, output: { AssembleWith: 'None' } },
      'hint',
      /BatchStrategy MultiRecord has no effect/,
    ],
    [
      'lines put together without newlines',
      { output: { AssembleWith: 'None' } },
      'hint',
      /AssembleWith is None with SplitType Line/,
    ],
    [
      'whole objects put together with newlines',
      {
        launch: {
          job: { ...goodJob, BatchStrategy: undefined as never, TransformInput: { ...input, SplitType: 'None' } },
        },
      },
      'hint',
      /AssembleWith Line with SplitType None/,
    ],
    ['no type', { input: { ContentType: undefined as never } }, 'hint', /ContentType is not set/],
    [
      'a tag twice',
      {
        job: {
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'a', Value: '2' },
          ],
        },
      },
      'failure',
      /CreateTransformJob\.Tags: "a" is there twice/,
    ],
    [
      "a tag of AWS's",
      { createModel: { Tags: [{ Key: 'aws:a', Value: '1' }] } },
      'failure',
      /CreateModel\.Tags: "aws:a" begins with aws:/,
    ],
    [
      'a filter of a range and more',
      { job: { DataProcessing: { InputFilter: '$[0:2,5]' } } },
      'hint',
      /\$\[0:2,5\] has a range and more/,
    ],
    [
      'a filter of a range with an end',
      { job: { DataProcessing: { OutputFilter: '$[1:4]' } } },
      'hint',
      /whether the end of a range belongs to it/,
    ],
    [
      'a filter of what was not joined',
      { job: { DataProcessing: { OutputFilter: '$.SageMakerOutput' } } },
      'hint',
      /JoinSource is None/,
    ],
    [
      'a type that the server does not read',
      { ours: true, input: { ContentType: 'application/x-parquet' } },
      'failure',
      /ContentType: batchline's server would refuse it.*x-parquet/,
    ],
    [
      'an answer that the server does not give',
      { ours: true, output: { Accept: 'image/png' } },
      'failure',
      /Accept: batchline's server would refuse it.*image\/png/,
    ],
    [
      'a split that the server does not read',
      { ours: true, input: { SplitType: 'TFRecord' } },
      'failure',
      /SplitType TFRecord/,
    ],
    [
      'a setting that the server does not have',
      { ours: true, job: { Environment: { BATCHLINE_WORKER: '2' } } },
      'failure',
      /BATCHLINE_WORKER: there is no such setting/,
    ],
    [
      'a value that the server refuses',
      { ours: true, createModel: { PrimaryContainer: { Environment: { BATCHLINE_WORKERS: 'many' } } } },
      'failure',
      /BATCHLINE_WORKERS: expected a whole number/,
    ],
    [
      'a timeout shorter than a record may take',
      { ours: true, job: { ModelClientConfig: { InvocationsTimeoutInSeconds: 30 } } },
      'hint',
      /InvocationsTimeoutInSeconds is 30, and BATCHLINE_RECORD_TIMEOUT_MS is 60000 ms.*less than 30000/,
    ],
    [
      'records that may take for ever',
      { ours: true, job: { Environment: { BATCHLINE_RECORD_TIMEOUT_MS: '0' } } },
      'hint',
      /is unlimited/,
    ],
    [
      "a variable of the platform's",
      { job: { Environment: { SAGEMAKER_MAX_PAYLOAD_IN_MB: '6' } } },
      'hint',
      /CreateTransformJob: Environment\.SAGEMAKER_MAX_PAYLOAD_IN_MB.*set MaxPayloadInMB instead/,
    ],
    [
      'a secret',
      container({ Environment: { HUB_TOKEN: 'hunter2' } }),
      'hint',
      /container 1: Environment\.HUB_TOKEN.*Secrets Manager/,
    ],
    [
      'too many variables',
      container({ Environment: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`A${i}`, 'x'.repeat(1000)])) }),
      'failure',
      /at most 32 KB/,
    ],
    [
      'a variable with two values',
      { ...container({ Environment: { A: '1' } }), job: { Environment: { A: '2' } } },
      'hint',
      /Environment\.A has another value/,
    ],
    ['an Arm instance', { resources: { InstanceType: 'ml.m7g.large' } }, 'failure', /Arm/],
    ['an Arm instance with disks', { resources: { InstanceType: 'ml.im4gn.large' } }, 'failure', /Arm/],
    [
      'a key for a disk of the instance',
      { resources: { InstanceType: 'ml.c5d.large', VolumeKmsKeyId: 'a' } },
      'failure',
      /VolumeKmsKeyId cannot be given for ml\.c5d/,
    ],
    [
      'a GPU for nothing',
      { ours: true, resources: { InstanceType: 'ml.g4dn.xlarge' } },
      'hint',
      /does not use its GPU/,
    ],
    [
      'many instances',
      { resources: { InstanceCount: 20 } },
      'hint',
      /20 × ml\.m5\.2xlarge.*"ml\.m5\.2xlarge for transform job usage"/,
    ],
    [
      'a key of another region',
      { output: { KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/a' } },
      'failure',
      /TransformOutput\.KmsKeyId.*eu-west-1.*us-east-1/,
    ],
    [
      'a model data source',
      container({ ModelDataSource: { S3DataSource: {} } }),
      'failure',
      /ModelDataSource: CreateTransformJob refuses/,
    ],
    ['many models in one', container({ Mode: 'MultiModel' }), 'hint', /MultiModel/],
    [
      'a model that is not an archive',
      container({ ModelDataUrl: 's3://bucket/model.zip' }),
      'hint',
      /expected a model\.tar\.gz.*model\.zip/,
    ],
    ['an image of another region', container({ Image: ecr }), 'failure', /dkr\.ecr\.eu-west-1.*us-east-1/],
    ['an image of another registry', container({ Image: 'registry/a:1' }), 'hint', /registry\/a:1 is not in ECR/],
    [
      'some names of containers',
      several([{ ContainerHostname: 'a' }, {}]),
      'failure',
      /for all of the 2 containers or for none/,
    ],
    [
      'one name for two containers',
      several([{ ContainerHostname: 'a' }, { ContainerHostname: 'a' }]),
      'failure',
      /ContainerHostname a is there twice/,
    ],
    [
      'containers that are called alone',
      several([{}, {}], { createModel: { InferenceExecutionConfig: { Mode: 'Direct' } } }),
      'hint',
      /Mode Direct/,
    ],
    ['containers without the label', several([{}, {}], single), 'hint', /accept-bind-to-port=true/],
    [
      'many records through several containers',
      several([{}, {}]),
      'hint',
      /MultiRecord is reported to fail in pipelines/,
    ],
    [
      'an image behind no VPC',
      container({ Image: 'registry/a', ImageConfig: { RepositoryAccessMode: 'Vpc' } }),
      'failure',
      /needs CreateModel\.VpcConfig/,
    ],
    [
      'a VPC',
      { createModel: { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } } },
      'hint',
      /S3 through the VPC/,
    ],
    [
      'downloads without a network',
      container({ Environment: { HF_MODEL_ID: 'a/b' } }),
      'hint',
      /no network.*--no-network-isolation/,
    ],
  ];
  for (const [name, world, severity, says] of cases) {
    test(`${name}: a ${severity}`, () => {
      const problems = checked(world);
      const found = problems.find(({ message }) => says.test(message));
      assert.equal(found?.severity, severity, JSON.stringify(problems));
      assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
    });
  }
});

describe('in a pipeline, types are the matter', () => {
  const other = { Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' };
  const job = {
    ...goodJob,
    TransformInput: { ...input, ContentType: 'image/png' },
    TransformOutput: { ...goodJob.TransformOutput, Accept: 'image/png' },
  };
  const refused = (containers: object[]): number =>
    checked({ ...several(containers, { launch: { job } }), ours: true }).filter(
      ({ severity }) => severity === 'failure',
    ).length;
  test('of the first container and of the last', () => {
    assert.equal(refused([other, {}, other]), 0);
    assert.equal(refused([{}, other]), 1);
    assert.equal(refused([other, {}]), 1);
    assert.equal(refused([{}]), 2);
  });
});

describe('keys for disks', () => {
  const own = [
    'c5d.large',
    'm5dn.xlarge',
    'g4dn.xlarge',
    'g5.xlarge',
    'p4d.24xlarge',
    'p5.48xlarge',
    'r6id.large',
    'i3en.large',
  ];
  const ebs = ['m5.large', 'c5n.large', 'r5.large', 'm6i.large', 'c7i.large', 'p3.2xlarge', 'm4.xlarge', 't3.large'];
  const refused = (size: string) =>
    checked({ resources: { InstanceType: `ml.${size}`, VolumeKmsKeyId: 'a' } }).some(({ message }) =>
      /disk/.test(message),
    );
  test('are refused where the disk is the instance’s own', () => assert.deepEqual(own.filter(refused), own));
  test('are taken elsewhere', () => assert.deepEqual(ebs.filter(refused), []));
});
