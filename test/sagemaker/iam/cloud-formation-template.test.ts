import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { cloudFormationTemplate } from '../../../src/sagemaker/iam/cloud-formation-template.ts';
import { deployerPolicy } from '../../../src/sagemaker/iam/deployer-policy.ts';
import { executionRolePolicy } from '../../../src/sagemaker/iam/execution-role-policy.ts';
import { trustPolicy } from '../../../src/sagemaker/iam/trust-policy.ts';
import type { Launch } from '../../../src/sagemaker/launch-file/launch.ts';
import { full, minimal } from './launches.ts';

// As CloudFormation would read it: YAML 1.1, with what the stack of this account puts in. cfn-lint has its say in
// test/peers/launch-iam.test.ts.

interface Template {
  readonly Parameters: Record<string, { readonly Default: string }>;
  readonly Conditions: Record<string, object>;
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { readonly Description: string; readonly Value: string }>;
}
interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has its own
  readonly Properties: any;
}

const where = { region: 'eu-west-1', account: '123456789012', partition: 'aws' };
const role = 'arn:aws:iam::123456789012:role/sagemaker/jobs/flag-combo';
const putIn: Readonly<Record<string, string>> = {
  'AWS::Region': where.region,
  'AWS::AccountId': where.account,
  'AWS::Partition': where.partition,
  'ExecutionRole.Arn': role,
  'DeployerPolicy.PolicyArn': 'arn:aws:iam::123456789012:policy/deployer',
};

function stackOf(launch: Launch): Template {
  const resolve = (text: string) =>
    text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      const value = literal === '' ? putIn[name] : `\${${name}}`;
      assert.ok(value !== undefined, `the stack knows no \${${name}}`);
      return value;
    });
  return parse(cloudFormationTemplate({ launch }), { version: '1.1', customTags: [{ tag: '!Sub', resolve }] });
}

const typesOf = ({ Resources }: Template) =>
  Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));

describe('the template', () => {
  test('has what a launch of one bucket needs', () => {
    const template = stackOf(minimal);
    assert.deepEqual(typesOf(template), {
      InputBucket: 'AWS::S3::Bucket',
      InputBucketPolicy: 'AWS::S3::BucketPolicy',
      Repository: 'AWS::ECR::Repository',
      ExecutionRole: 'AWS::IAM::Role',
      DeployerPolicy: 'AWS::IAM::ManagedPolicy',
    });
    assert.deepEqual(Object.keys(template.Parameters), ['MakeInputBucket', 'MakeRepository']);
  });

  test('has a bucket for each that the launch names, once', () => {
    const { Resources } = stackOf(full);
    const names = Object.values(Resources).flatMap(({ Properties }) => Properties.BucketName ?? []);
    assert.deepEqual(names, ['acme-in', 'acme-out', 'acme-models', 'acme-capture']);
  });

  test('keeps buckets private, encrypted, to TLS, and free of unfinished uploads', () => {
    const { Resources } = stackOf(minimal);
    const { Properties } = Resources['InputBucket'] as Resource;
    assert.deepEqual(Object.values(Properties.PublicAccessBlockConfiguration), [true, true, true, true]);
    assert.equal(
      Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm,
      'AES256',
    );
    assert.equal(Properties.LifecycleConfiguration.Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation, 7);
    assert.deepEqual(Resources['InputBucketPolicy']?.Properties.PolicyDocument.Statement, [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::acme', 'arn:aws:s3:::acme/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('leaves data where it is when the stack goes, and leaves out what is there already', () => {
    const { Resources, Conditions, Parameters } = stackOf(full);
    const kept = Object.entries(Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    assert.deepEqual(
      kept.map(([id]) => id),
      ['InputBucket', 'OutputBucket', 'ArtifactsBucket', 'CaptureBucket', 'Repository'],
    );
    for (const [id, { Condition = '', UpdateReplacePolicy }] of kept) {
      assert.equal(UpdateReplacePolicy, 'Retain');
      assert.deepEqual(Conditions[Condition], { 'Fn::Equals': [{ Ref: `Make${id}` }, 'yes'] });
      assert.equal(Parameters[`Make${id}`]?.Default, 'yes');
    }
  });

  test('makes the repository as a launch would', () => {
    const properties = (launch: Launch) => stackOf(launch).Resources['Repository']?.Properties;
    assert.deepEqual(properties(minimal), {
      RepositoryName: 'team/flag-combo',
      ImageScanningConfiguration: { ScanOnPush: true },
      ImageTagMutability: 'MUTABLE',
    });
    const [rule] = JSON.parse(properties(full).LifecyclePolicy.LifecyclePolicyText).rules;
    assert.equal(rule.selection.countNumber, 10);
  });

  test('has the policies that are printed by themselves, of the stack’s account', () => {
    const options = { ...where, launch: full };
    const { ExecutionRole, DeployerPolicy } = stackOf(full).Resources;
    const { RoleName, Path, AssumeRolePolicyDocument, Policies } = ExecutionRole?.Properties ?? {};
    assert.deepEqual([Path, RoleName], ['/sagemaker/jobs/', 'flag-combo']);
    assert.deepEqual(AssumeRolePolicyDocument, trustPolicy(options));
    assert.deepEqual(Policies[0].PolicyDocument, executionRolePolicy(options));
    assert.deepEqual(DeployerPolicy?.Properties.PolicyDocument, deployerPolicy(options));
  });

  test('keeps IAM’s own variables', () => {
    const { S3DataSource } = minimal.job.TransformInput.DataSource;
    const DataSource = { S3DataSource: { ...S3DataSource, S3Uri: 's3://acme/what?/' } };
    const launch = { ...minimal, job: { ...minimal.job, TransformInput: { DataSource } } };
    const [{ PolicyDocument: policy }] = stackOf(launch).Resources['ExecutionRole']?.Properties.Policies ?? [];
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is IAM's variable
    assert.equal(policy.Statement[1].Resource[0], 'arn:aws:s3:::acme/what${?}/*');
  });

  test('says what goes into launch.yaml', () => {
    const said = Object.values(stackOf(full).Outputs).map(({ Description, Value }) => `${Description}: ${Value}`);
    assert.deepEqual(said, [
      'In launch.yaml: CreateTransformJob.TransformInput.DataSource.S3DataSource.S3Uri: s3://acme-in/lists/today.json',
      'In launch.yaml: CreateTransformJob.TransformOutput.S3OutputPath: s3://acme-out/scored/',
      'In launch.yaml: artifacts: s3://acme-models',
      'In launch.yaml: image.repository: team/flag-combo',
      `In launch.yaml: CreateModel.ExecutionRoleArn: ${role}`,
      'To be attached to the user or role that runs batchline launch: arn:aws:iam::123456789012:policy/deployer',
    ]);
  });

  test('has no role for a model that exists, and no repository for an image that is in ECR', () => {
    const existing = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/there:1';
    const inEcr = { ...minimal, image: minimal.image && { ...minimal.image, existing } };
    assert.equal(typesOf(stackOf(inEcr))['Repository'], undefined);
    const job = { ...minimal.job, ModelName: 'theirs' };
    const { Resources } = stackOf({ ...minimal, image: undefined, model: undefined, job });
    assert.deepEqual(Object.keys(Resources), ['InputBucket', 'InputBucketPolicy', 'DeployerPolicy']);
  });
});
