import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ecrOf, isLocalHost, parseImageReference } from '../../../src/sagemaker/image/image-reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('the name of an image', () => {
  const cases: [text: string, ...parts: (string | undefined)[]][] = [
    ['batchline', undefined, 'batchline', undefined, undefined],
    ['batchline:test', undefined, 'batchline', 'test', undefined],
    ['library/node:24', undefined, 'library/node', '24', undefined],
    ['localhost/a', 'localhost', 'a', undefined, undefined],
    ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000', 'a/b', '1', undefined],
    [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', undefined, digest],
    [`host:1/a:v1@${digest}`, 'host:1', 'a', 'v1', digest],
  ];
  for (const [text, host, repository, tag, digestOf] of cases) {
    test(text, () => assert.deepEqual(parseImageReference(text), { host, repository, tag, digest: digestOf }));
  }
  for (const text of ['', '-v', 'a b', 'a@sha256:12', 'host:1/', 'a:b:c', 'host.io/a:b:c']) {
    test(`is not "${text}"`, () => {
      assert.throws(() => parseImageReference(text), {
        code: 'INVALID_INPUT',
        message: /expected host\/repository:tag/,
      });
    });
  }
});

test('hosts of ECR name their account and region', () => {
  const account = '123456789012';
  for (const [host, region] of [
    [`${account}.dkr.ecr.eu-west-1.amazonaws.com`, 'eu-west-1'],
    [`${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, 'us-gov-west-1'],
    [`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'cn-north-1'],
    [`${account}.dkr-ecr.eu-west-1.on.aws`, 'eu-west-1'],
  ] as const) {
    assert.deepEqual(ecrOf(host), { account, region });
  }
  assert.equal(ecrOf('public.ecr.aws'), undefined);
});

test('registries of this machine speak plain HTTP', () => {
  for (const host of ['localhost', 'localhost:5000', '127.0.0.1:5000', '127.1.2.3', '[::1]:5000'])
    assert.ok(isLocalHost(host));
  for (const host of ['localhost.example.com', '10.0.0.1:5000', '127.0.0.1.example.com']) assert.ok(!isLocalHost(host));
});
