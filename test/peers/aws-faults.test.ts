import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { CreateModelCommand, ListModelsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type FaultyAws, startFaultyAws } from './support/aws-faults.ts';
import { type Moto, startMoto, withoutMoto } from './support/moto.ts';
import { credentials, region } from './support/versitygw.ts';

// The proxy that the launcher's faults are tested with does what it says, as AWS's own clients see it.

describe('AWS with faults', { skip: withoutMoto }, () => {
  let moto: Moto;
  let aws: FaultyAws;
  let options: object;
  before(async () => {
    moto = await startMoto();
    const { url } = moto;
    aws = await startFaultyAws({ sagemaker: url, ecr: url, sts: url, iam: url });
    options = { endpoint: aws.url, region, credentials, maxAttempts: 1 };
  });
  after(async () => {
    await aws?.close();
    await moto?.close();
  });
  afterEach(async () => {
    aws.heal();
    await moto.reset();
  });

  const model = (name: string) =>
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r',
      PrimaryContainer: { Image: 'i' },
    });
  const attempt = (sent: Promise<unknown>): Promise<string> =>
    sent.then(
      () => 'done',
      (error: Error & { code?: string }) => error.code ?? error.name,
    );

  test('passes on and records what is asked, whichever protocol', async () => {
    await new SageMakerClient(options).send(model('m'));
    await new ECRClient(options).send(new CreateRepositoryCommand({ repositoryName: 'team/r' }));
    assert.equal((await new STSClient(options).send(new GetCallerIdentityCommand({}))).Account, '123456789012');
    aws.fault('SimulatePrincipalPolicy', { kind: 'error', code: 'AccessDenied', message: 'no', status: 403 });
    const ask = { PolicySourceArn: 'arn:aws:iam::123456789012:role/r', ActionNames: ['iam:PassRole', 's3:GetObject'] };
    await assert.rejects(new IAMClient(options).send(new SimulatePrincipalPolicyCommand(ask)), {
      name: 'AccessDenied',
    });
    assert.deepEqual(aws.requests, [
      { service: 'sagemaker', operation: 'CreateModel', body: model('m').input },
      { service: 'ecr', operation: 'CreateRepository', body: { repositoryName: 'team/r' } },
      { service: 'sts', operation: 'GetCallerIdentity', body: {} },
      { service: 'iam', operation: 'SimulatePrincipalPolicy', body: ask, fault: 'error' },
    ]);
  });

  const cases: [what: string, fault: Parameters<FaultyAws['fault']>[1], seen: string, isMade: boolean][] = [
    ['throttling', { kind: 'throttle' }, 'ThrottlingException', false],
    ['an expired token', { kind: 'expiredToken' }, 'ExpiredTokenException', false],
    ['a failing server', { kind: 'serverError' }, 'InternalFailure', false],
    ['an unavailable server', { kind: 'serverError', status: 503 }, 'ServiceUnavailable', false],
    ['a lost request', { kind: 'requestLost' }, 'ECONNRESET', false],
    ['a lost reply', { kind: 'replyLost' }, 'ECONNRESET', true],
    ['a slow answer', { kind: 'slow', ms: 1 }, 'done', true],
    ['an error of AWS', { kind: 'error', code: 'ResourceLimitExceeded' }, 'ResourceLimitExceeded', false],
  ];
  for (const [what, fault, seen, isMade] of cases) {
    test(`${what}: ${seen}, and ${isMade ? 'it is done' : 'nothing is done'}`, async () => {
      const client = new SageMakerClient(options);
      aws.fault('CreateModel', fault);
      assert.equal(await attempt(client.send(model('m'))), seen);
      assert.equal((await client.send(new ListModelsCommand({}))).Models?.length, isMade ? 1 : 0);
      assert.equal(await attempt(client.send(model('n'))), 'done', 'it happens once');
    });
  }

  test('as the query protocol says it', async () => {
    const client = new STSClient(options);
    for (const kind of ['throttle', 'expiredToken', 'serverError'] as const) aws.fault('*', { kind });
    const seen: string[] = [];
    for (let n = 0; n < 4; n++) seen.push(await attempt(client.send(new GetCallerIdentityCommand({}))));
    assert.deepEqual(seen, ['Throttling', 'ExpiredToken', 'InternalFailure', 'done']);
  });

  test('so many times, after so many', async () => {
    const client = new SageMakerClient(options);
    aws.fault('ListModels', { kind: 'throttle', after: 1, times: 2 });
    const seen: string[] = [];
    for (let n = 0; n < 5; n++) seen.push(await attempt(client.send(new ListModelsCommand({}))));
    assert.deepEqual(seen, ['done', 'ThrottlingException', 'ThrottlingException', 'done', 'done']);
    assert.equal(await attempt(new SageMakerClient({ ...options, maxAttempts: 4 }).send(model('m'))), 'done');
  });

  test('changes what is answered', async () => {
    const client = new ECRClient(options);
    await client.send(new CreateRepositoryCommand({ repositoryName: 'r1' }));
    aws.fault('DescribeRepositories', {
      kind: 'transform',
      change: (answer, { body }) => ({ ...answer, nextToken: JSON.stringify(body) }),
    });
    const { repositories, nextToken } = await client.send(new DescribeRepositoriesCommand({ maxResults: 5 }));
    assert.deepEqual([repositories?.length, nextToken], [1, '{"maxResults":5}']);
  });
});
