import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsClients, createClients } from '../../src/sagemaker/clients.ts';
import { identify } from '../../src/sagemaker/preflight/identify.ts';
import { preflight } from '../../src/sagemaker/preflight/preflight.ts';
import type { Problem } from '../../src/sagemaker/step.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { type Changes, launchWith } from '../sagemaker/preflight/launches.ts';
import { type Moto, startMoto, withoutMoto } from './support/moto.ts';

describe('before a launch, against moto', { skip: withoutMoto }, () => {
  let moto: Moto;
  let clients: AwsClients;
  before(async () => {
    moto = await startMoto();
    Object.assign(process.env, moto.environment);
    clients = createClients({ region: 'us-east-1' });
    const options = { endpoint: moto.url, region: 'us-east-1', forcePathStyle: true };
    const [s3, iam] = [new S3Client(options), new IAMClient(options)];
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const elsewhere = { LocationConstraint: 'eu-west-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration: elsewhere }));
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'in/a.jsonl', Body: '{"a":1}\n' }));
    await iam.send(new CreateRoleCommand({ RoleName: 'scoring', AssumeRolePolicyDocument: trust('sagemaker') }));
    await iam.send(new CreateRoleCommand({ RoleName: 'of-ec2', AssumeRolePolicyDocument: trust('ec2') }));
    s3.destroy();
    iam.destroy();
  });
  after(async () => {
    clients?.close();
    await moto?.close();
  });

  const signal = AbortSignal.timeout(60_000);

  async function problems(changes: Changes = {}): Promise<readonly Problem[]> {
    const step = { clients, signal, openStore: openStores({ region: 'us-east-1' }), tell: () => undefined };
    const identity = await identify(step);
    const found = await preflight({ ...step, identity, launch: launchWith(changes), others: [], inspect: 'sample' });
    return found.problems;
  }

  test('the credentials are somebody’s', async () => {
    const { account, arn } = await identify({ clients, signal });
    assert.equal(account, '123456789012');
    assert.match(arn, /^arn:aws:/);
  });

  test('nothing is wrong where nothing is', async () => {
    assert.deepEqual(
      (await problems()).filter(({ severity }) => severity === 'failure'),
      [],
    );
  });

  const wrong: [name: string, changes: Changes, says: RegExp][] = [
    ['a role that is not there', role('missing'), /role\/missing: there is no such role/],
    ['a role that trusts somebody else', role('of-ec2'), /trust policy does not let sagemaker/],
    ['a bucket that is not there', { uri: 's3://missing/in/' }, /s3:\/\/missing\/: HeadBucket failed: NoSuchBucket/],
    ['a bucket elsewhere', { output: { S3OutputPath: 's3://elsewhere/out/' } }, /output is in eu-west-1/],
    ['an empty input', { uri: 's3://bucket/nothing/' }, /No S3 objects found/],
  ];
  for (const [name, changes, says] of wrong) {
    test(`${name} is a failure`, async () => {
      const failures = (await problems(changes)).filter(({ severity }) => severity === 'failure');
      assert.equal(failures.length, 1, JSON.stringify(failures));
      assert.match(failures[0]?.message ?? '', says);
    });
  }
});

function trust(service: string): string {
  const Principal = { Service: `${service}.amazonaws.com` };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  });
}

function role(name: string): Changes {
  return { createModel: { ExecutionRoleArn: `arn:aws:iam::123456789012:role/${name}` } };
}
