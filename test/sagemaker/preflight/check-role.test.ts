import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { checkRole } from '../../../src/sagemaker/preflight/check-role.ts';
import type { Problem } from '../../../src/sagemaker/step.ts';
import { awsStep } from '../aws-step.ts';
import { type Changes, launchWith } from './launches.ts';
import { type Answer, account, type Form, roleArn, roleXml, simulationXml, stubIam } from './stub-iam.ts';

interface World {
  readonly arn?: string;
  readonly changes?: Changes;
  readonly role?: (form: Form) => Answer;
  readonly simulation?: (form: Form) => Answer;
}

const user = `arn:aws:iam::${account}:user/deployer`;
const session = `arn:aws:sts::${account}:assumed-role/Admins/someone`;

async function checked(t: TestContext, world: World): Promise<{ problems: readonly Problem[]; asked: Form[] }> {
  const { arn = user, changes = {}, role = () => roleXml('scoring'), simulation = simulationXml } = world;
  const { url, asked } = await stubIam(t, { GetRole: role, SimulatePrincipalPolicy: (form) => simulation(form) });
  const problems = await checkRole({ ...awsStep(t, url), launch: launchWith(changes), identity: { account, arn } });
  return { problems, asked };
}

const denying =
  (...actions: string[]) =>
  (form: Form): Answer =>
    simulationXml(form, actions);

describe('the role of a job', () => {
  const good: [name: string, world: World][] = [
    ['that is there', {}],
    [
      'under a path',
      {
        changes: { createModel: { ExecutionRoleArn: `arn:aws:iam::${account}:role/a/b/scoring` } },
        role: () => roleXml('scoring', { arn: `arn:aws:iam::${account}:role/a/b/scoring` }),
      },
    ],
    [
      'of a model that exists',
      {
        changes: { createModel: {}, job: { ModelName: 'there' } },
        role: () => ({ code: 'NoSuchEntity', status: 404 }),
      },
    ],
    ['passed by root', { arn: `arn:aws:iam::${account}:root`, simulation: denying('iam:PassRole') }],
    [
      'passed on a condition that is not known',
      { simulation: (form) => simulationXml(form, ['iam:PassRole'], ['aws:SourceVpc']) },
    ],
  ];
  for (const [name, world] of good) {
    test(`is good: one ${name}`, async (t) => assert.deepEqual((await checked(t, world)).problems, []));
  }

  const wrong: [name: string, world: World, severity: Problem['severity'], says: RegExp[]][] = [
    [
      'is not given',
      { changes: { launch: { createModel: { PrimaryContainer: {} } } } },
      'failure',
      [/ExecutionRoleArn: expected/, /launch iam/],
    ],
    [
      'is not there',
      { role: () => ({ code: 'NoSuchEntity', status: 404 }) },
      'failure',
      [/role\/scoring: there is no such role/],
    ],
    [
      'is of another account',
      { changes: { createModel: { ExecutionRoleArn: 'arn:aws:iam::999999999999:role/a' } } },
      'failure',
      [/account 999999999999.*123456789012/],
    ],
    [
      'has another path',
      { role: () => roleXml('scoring', { arn: `arn:aws:iam::${account}:role/service-role/scoring` }) },
      'failure',
      [/is arn:.*service-role\/scoring, not arn/],
    ],
    [
      'trusts somebody else',
      {
        role: () =>
          roleXml('scoring', {
            policy: {
              Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
            },
          }),
      },
      'failure',
      [/trust policy/, /sagemaker\.amazonaws\.com/],
    ],
    [
      'may not be passed',
      { simulation: denying('iam:PassRole') },
      'failure',
      [/user\/deployer may not pass this role/, /iam:PassRole/],
    ],
    [
      'may not read the input',
      { simulation: denying('s3:GetObject') },
      'hint',
      [/s3:GetObject on arn:aws:s3:::bucket\/in\//, /the policy of the bucket/],
    ],
    [
      'may not write the output',
      { simulation: denying('s3:PutObject') },
      'hint',
      [/s3:PutObject on arn:aws:s3:::bucket\/out\/output\.out/],
    ],
    [
      'may not pull the image',
      { simulation: denying('ecr:BatchGetImage') },
      'hint',
      [/ecr:us-east-1:123456789012:repository\/batchline/],
    ],
    [
      'may not be looked at',
      { role: () => ({ code: 'AccessDenied', status: 403 }) },
      'hint',
      [/could not be checked: that it exists: .*AccessDenied.*iam:GetRole/],
    ],
    [
      'may not be asked about',
      { simulation: () => ({ code: 'AccessDenied', status: 403 }) },
      'hint',
      [/that you may pass it: .*iam:SimulatePrincipalPolicy/, /what it may do/],
    ],
    [
      'is where there is no IAM',
      { role: () => ({ code: 'InvalidAction' }), simulation: () => ({ code: 'InvalidAction' }) },
      'hint',
      [/could not be checked/],
    ],
    [
      'is not answered about',
      { role: () => 'silent', simulation: () => 'silent' },
      'hint',
      [/that it exists, that you may pass it, what it may do: IAM did not answer within 3 s/],
    ],
  ];
  for (const [name, world, severity, says] of wrong) {
    test(`that ${name} is a ${severity}`, async (t) => {
      const { problems } = await checked(t, world);
      assert.ok(problems.length > 0);
      assert.ok(
        problems.every((problem) => problem.severity === severity),
        JSON.stringify(problems),
      );
      const text = problems.map(({ message }) => message).join('\n');
      for (const part of says) assert.match(text, part);
    });
  }

  test('that is not there is not asked about any further', async (t) => {
    const missing = () => ({ code: 'NoSuchEntity', status: 404 }) as const;
    const { problems } = await checked(t, { role: missing, simulation: missing });
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['failure'],
    );
  });

  test('is asked about for the role of a session, wherever its path', async (t) => {
    const admins = `arn:aws:iam::${account}:role/aws-reserved/Admins`;
    const role = (form: Form): string =>
      form.get('RoleName') === 'Admins' ? roleXml('Admins', { arn: admins }) : roleXml('scoring');
    const { problems, asked } = await checked(t, { arn: session, role });
    assert.deepEqual(problems, []);
    const passing = asked.find((form) => form.get('ActionNames.member.1') === 'iam:PassRole');
    assert.equal(passing?.get('PolicySourceArn'), admins);
    assert.equal(passing?.get('ResourceArns.member.1'), roleArn);
    assert.equal(passing?.get('ContextEntries.member.1.ContextKeyValues.member.1'), 'sagemaker.amazonaws.com');
  });

  test('is not waited for when the launch was stopped', async (t) => {
    const { url } = await stubIam(t, { GetRole: () => 'silent', SimulatePrincipalPolicy: () => 'silent' });
    const stop = new AbortController();
    const step = { ...awsStep(t, url), signal: stop.signal };
    const asked = checkRole({ ...step, launch: launchWith(), identity: { account, arn: user } });
    stop.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
  });
});
