import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AwsClients } from '../../../src/sagemaker/clients.ts';
import { fetchEcrLogin } from '../../../src/sagemaker/image/ecr-login.ts';
import { stubEcr } from './stub-ecr.ts';

describe('the login of ECR', () => {
  const { signal } = new AbortController();

  test('is split at the first colon, and good although it says that it has expired', async (t) => {
    const ecr = await stubEcr(t);
    ecr.login = 'AWS:AWS:a:b';
    ecr.proxyEndpoint = 'https://123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn';
    assert.deepEqual(await fetchEcrLogin({ clients: { ecr: ecr.client } as AwsClients, signal }), {
      host: '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
      username: 'AWS',
      password: 'AWS:a:b',
    });
  });

  for (const [name, change] of [
    ['a colon', { login: 'nothing' }],
    ['an address', { proxyEndpoint: 'nowhere' }],
  ] as const) {
    test(`is refused without ${name}`, async (t) => {
      const ecr = await stubEcr(t);
      Object.assign(ecr, change);
      const clients = { ecr: ecr.client, region: 'eu-west-1' } as AwsClients;
      await assert.rejects(fetchEcrLogin({ clients, signal }), /^BatchlineError: ECR in eu-west-1: .* without a token/);
    });
  }
});
