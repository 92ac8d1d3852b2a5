import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { admitsSageMaker } from '../../../src/sagemaker/preflight/trust-policy.ts';

const assume = { Effect: 'Allow', Action: 'sts:AssumeRole' };
const sagemaker = { Service: 'sagemaker.amazonaws.com' };

describe('a trust policy', () => {
  const cases: [name: string, statements: unknown, admits: boolean][] = [
    ['names SageMaker', { ...assume, Principal: sagemaker }, true],
    ['names several services', [{ ...assume, Principal: { Service: ['a.amazonaws.com', sagemaker.Service] } }], true],
    ['allows every action of STS', { ...assume, Action: ['sts:*'], Principal: sagemaker }, true],
    ['allows any action', { ...assume, Action: '*', Principal: sagemaker }, true],
    ['admits anybody', { ...assume, Principal: '*' }, true],
    ['admits anybody of AWS', { ...assume, Principal: { AWS: '*' } }, true],
    [
      'has a condition',
      { ...assume, Principal: sagemaker, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } },
      true,
    ],
    ['denies', { ...assume, Effect: 'Deny', Principal: sagemaker }, false],
    ['allows another action', { ...assume, Action: 'sts:TagSession', Principal: sagemaker }, false],
    ['names an account', { ...assume, Principal: { AWS: 'arn:aws:iam::1:root' } }, false],
    ['has no statement', [], false],
  ];
  for (const [name, Statement, admits] of cases) {
    test(`that ${name} ${admits ? 'lets SageMaker in' : 'does not let SageMaker in'}`, () => {
      assert.equal(admitsSageMaker(encodeURIComponent(JSON.stringify({ Statement }))), admits);
    });
  }

  test('that cannot be read says nothing', () => {
    assert.equal(admitsSageMaker(undefined), undefined);
    assert.equal(admitsSageMaker('%7B'), undefined);
    assert.equal(admitsSageMaker('%'), undefined);
  });
});
