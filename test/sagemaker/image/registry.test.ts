import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { platformOf } from '../../../src/sagemaker/image/docker-manifest.ts';
import { Registry } from '../../../src/sagemaker/image/registry.ts';
import { basic, stubRegistry } from './stub-registry.ts';

const { signal } = new AbortController();
const login = { username: 'AWS', password: 'to:ken' };

describe('a registry', () => {
  test('is asked with the login, for what ECR says no digest of', async (t) => {
    const stub = await stubRegistry(t);
    stub.login = 'AWS:to:ken';
    const digest = stub.put('a/b', 'v1');
    const registry = new Registry({ host: stub.host, login, signal });
    for (const saysDigest of [false, true]) {
      stub.saysDigest = saysDigest;
      assert.equal((await registry.manifest('a/b', 'v1'))?.digest, digest);
    }
    assert.equal((await registry.manifest('a/b', digest))?.digest, digest);
    assert.equal(await registry.manifest('a/b', 'v2'), undefined);
    assert.equal(await registry.manifest('none', 'v1'), undefined);
  });

  test('may redirect to where blobs are, which does not get the login', async (t) => {
    const stub = await stubRegistry(t);
    stub.login = 'AWS:to:ken';
    stub.put('a/b', 'v1', { architecture: 'arm64' });
    const registry = new Registry({ host: stub.host, login, signal });
    const manifest = await registry.manifest('a/b', 'v1');
    assert.ok(manifest);
    assert.deepEqual(await platformOf(registry, 'a/b', manifest), { os: 'linux', architecture: 'arm64' });
  });

  test('is asked again after failures that pass', async (t) => {
    const stub = await stubRegistry(t);
    const digest = stub.put('a/b', 'v1');
    stub.faults.push('reset', { status: 503 });
    assert.equal((await new Registry({ host: stub.host, signal }).manifest('a/b', 'v1'))?.digest, digest);
    assert.equal(stub.requests.length, 3);
  });

  const refusals: [
    name: string,
    fault: { status: number; challenge?: string; body?: unknown },
    withLogin: boolean,
    said: RegExp,
  ][] = [
    [
      'that wants a token',
      { status: 401, challenge: 'Bearer realm="https://x"' },
      false,
      /answered 401 \(it asks for a Bearer token; only Basic/,
    ],
    ['that wants a login', { status: 401, challenge: 'Basic realm="x"' }, false, /\(it wants a login\)/],
    ['that refuses the login', { status: 401 }, true, /\(it does not take the login of ECR\)/],
    [
      'that forbids',
      { status: 403, body: { errors: [{ code: 'DENIED', message: 'not for you' }] } },
      true,
      /403, DENIED: not for you \(allow ecr:BatchGetImage/,
    ],
    ['that does not understand', { status: 400 }, true, /v1: the registry answered 400$/],
  ];
  for (const [name, fault, withLogin, said] of refusals) {
    test(`${name} says so`, async (t) => {
      const stub = await stubRegistry(t);
      stub.faults.push(fault);
      const registry = new Registry({ host: stub.host, ...(withLogin ? { login } : {}), signal });
      const error = await registry.manifest('a/b', 'v1').then(
        () => assert.fail('was answered'),
        (thrown: Error) => thrown,
      );
      assert.match(error.message, said);
      for (const secret of ['to:ken', basic('AWS:to:ken')]) assert.ok(!JSON.stringify(error).includes(secret));
    });
  }

  test('that sends something else than was asked for is not believed', async (t) => {
    const stub = await stubRegistry(t);
    const other = `sha256:${'0'.repeat(64)}`;
    stub.faults.push({ status: 200, body: { mediaType: 'x' } }, { status: 200, body: { os: 'linux' } });
    const registry = new Registry({ host: stub.host, signal });
    await assert.rejects(registry.manifest('a/b', other), { retryable: true, message: /sent something else/ });
    await assert.rejects(registry.blob('a/b', other), /sent something else/);
  });

  test('that has no image but something else is not taken', async (t) => {
    const stub = await stubRegistry(t);
    stub.faults.push({ status: 200, body: { mediaType: 'application/vnd.chart' } });
    const registry = new Registry({ host: stub.host, signal });
    const manifest = await registry.manifest('a/b', 'v1');
    assert.ok(manifest);
    await assert.rejects(platformOf(registry, 'a/b', manifest), /type application\/vnd.chart is not that of an image/);
  });

  test('that is not there is named', async (t) => {
    const stub = await stubRegistry(t);
    stub.faults.push('reset', 'reset', 'reset', 'reset');
    await assert.rejects(new Registry({ host: stub.host, signal }).manifest('a/b', 'v1'), {
      code: 'JOB_FAILED',
      retryable: true,
      message: /^127\.0\.0\.1:\d+\/a\/b:v1: the registry cannot be reached: .*\(check its address and the network\)$/,
    });
  });

  test('is not waited for when the signal is given', async (t) => {
    const stub = await stubRegistry(t);
    const stop = new AbortController();
    stub.faults.push('reset', 'reset', 'reset', 'reset');
    const asked = new Registry({ host: stub.host, signal: stop.signal }).manifest('a/b', 'v1');
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await assert.rejects(asked, /^Error: enough$/);
  });
});
