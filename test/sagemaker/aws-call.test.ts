import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../src/errors.ts';
import { awsCode, callAws } from '../../src/sagemaker/aws-call.ts';

const { signal: running } = new AbortController();
const call = { operation: 'CreateModel', action: 'sagemaker:CreateModel', about: 'flag-combo-1' };

function failing(error: object): Promise<unknown> {
  return callAws(call, () => Promise.reject(Object.assign(new Error('said'), error)), running);
}

describe('a failed call of AWS', () => {
  const cases: [name: string, error: object, says: RegExp][] = [
    [
      'throttled',
      { name: 'ThrottlingException' },
      /flag-combo-1: CreateModel failed: ThrottlingException, said \(.*again in a minute/,
    ],
    ['with expired credentials', { name: 'ExpiredTokenException' }, /expired: get new ones.*not done twice/],
    ['with wrong credentials', { name: 'UnrecognizedClientException' }, /check the credentials/],
    ['by a clock that is off', { name: 'RequestTimeTooSkewed' }, /clock/],
    ['by a clock that is off, long after', { name: 'RequestExpired' }, /clock/],
    ['without permission', { name: 'AccessDeniedException' }, /allow sagemaker:CreateModel/],
    ['over a quota', { name: 'ResourceLimitExceeded' }, /Service Quotas/],
    ['without a region', { message: 'Region is missing' }, /--region/],
    ['without credentials', { name: 'CredentialsProviderError' }, /--profile/],
    ['to nobody', { code: 'ECONNREFUSED' }, /AWS_ENDPOINT_URL/],
    ['to a certificate that is not trusted', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, /NODE_EXTRA_CA_CERTS/],
    ['of a kind that is not known', { name: 'Odd' }, /CreateModel failed: Odd, said$/],
  ];
  for (const [name, error, says] of cases) {
    test(`${name} says what to do`, async () => {
      await assert.rejects(failing(error), (thrown) => {
        assert.ok(thrown instanceof BatchlineError);
        assert.match(thrown.message, says);
        return true;
      });
    });
  }

  test('gives its code', async () => {
    await assert.rejects(failing({ name: 'ValidationException' }), (error) => awsCode(error) === 'ValidationException');
    assert.equal(awsCode(new Error('x')), undefined);
  });

  test('says whether it may pass', async () => {
    await assert.rejects(failing({ $metadata: { httpStatusCode: 503 } }), { retryable: true });
    await assert.rejects(failing({ name: 'ValidationException' }), { retryable: false });
  });

  test('that is explained already stays as it is', async () => {
    const error = new BatchlineError('INVALID_INPUT', 'explained');
    await assert.rejects(
      callAws(call, () => Promise.reject(error), running),
      error,
    );
  });

  test('is the end of the launch where that was stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(
      callAws(call, () => Promise.resolve(), signal),
      /stopped/,
    );
    const stop = new AbortController();
    const send = () => {
      stop.abort(new Error('stopped'));
      return Promise.reject(new Error('aborted'));
    };
    await assert.rejects(callAws(call, send, stop.signal), /stopped/);
  });
});
