import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identify } from '../../../src/sagemaker/preflight/identify.ts';
import { failure } from '../../support/stub-store.ts';
import { awsStep } from '../aws-step.ts';
import { type Answer, account, identityXml, stubIam } from './stub-iam.ts';

describe('who the credentials belong to', () => {
  test('is what STS says', async (t) => {
    const { url } = await stubIam(t, { GetCallerIdentity: () => identityXml(`arn:aws:iam::${account}:user/a`) });
    assert.deepEqual(await identify(awsStep(t, url)), { account, arn: `arn:aws:iam::${account}:user/a` });
  });

  const wrong: [what: string, answer: Answer, says: (string | RegExp)[]][] = [
    ['expired', { code: 'ExpiredToken', status: 403 }, ['GetCallerIdentity', 'ExpiredToken', 'have expired: get new']],
    ['unknown', { code: 'InvalidClientTokenId', status: 403 }, ['InvalidClientTokenId', 'check the credentials']],
    ['wrongly signed', { code: 'SignatureDoesNotMatch', status: 403 }, ['SignatureDoesNotMatch', 'clock']],
    ['answered by something else', '<Account>x</Account>', ['twelve digits', '"x"', 'AWS_ENDPOINT_URL_STS']],
  ];
  for (const [what, answer, says] of wrong) {
    test(`is not known of credentials that are ${what}`, async (t) => {
      const { url } = await stubIam(t, { GetCallerIdentity: () => answer });
      await assert.rejects(identify(awsStep(t, url)), failure(...says));
    });
  }

  test('is not known without credentials', async (t) => {
    const step = awsStep(t, 'http://127.0.0.1:9');
    step.clients.sts.config.credentials = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    await assert.rejects(identify(step), failure('CredentialsProviderError', 'AWS_PROFILE'));
  });

  test('is not waited for when the launch was stopped', async (t) => {
    const { url } = await stubIam(t, { GetCallerIdentity: () => 'silent' });
    const stop = new AbortController();
    const asked = identify({ ...awsStep(t, url), signal: stop.signal });
    stop.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
  });
});
