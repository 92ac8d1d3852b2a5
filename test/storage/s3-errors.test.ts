import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStores } from '../../src/storage/open-store.ts';
import { contentOf } from '../contracts/object-store.ts';
import { type Fault, stubS3 } from '../support/stub-s3.ts';
import { failure, slowDown, stubStore } from '../support/stub-store.ts';

const signal = AbortSignal.timeout(120_000);

describe('failures say what to do', () => {
  const cases: [about: string, fault: Fault, message: RegExp][] = [
    ['no permission', { status: 403, code: 'AccessDenied' }, /AccessDenied.*s3:ListBucket/],
    ['a wrong key', { status: 403, code: 'SignatureDoesNotMatch' }, /SignatureDoesNotMatch.*check the credentials/],
    ['an expired token', { status: 400, code: 'ExpiredToken' }, /ExpiredToken.*get new ones/],
    ['another region', { status: 301, code: 'PermanentRedirect' }, /PermanentRedirect.*AWS_REGION/],
    ['too much', slowDown, /SlowDown.*try again later/],
  ];
  for (const [about, fault, message] of cases) {
    it(about, async (t) => {
      const { stub, store } = await stubStore(t, { tries: 2 });
      stub.fail('ListObjectsV2', fault, fault);
      await assert.rejects(
        Array.fromAsync(store.list('in/', signal)),
        failure('^s3://bucket/in/: ListObjectsV2', message),
      );
    });
  }

  it('no bucket', async (t) => {
    const stub = await stubS3(t);
    const { store, key } = openStores({ endpoint: stub.url })('s3://missing/in/');
    const listing = Array.fromAsync(store.list(key, signal));
    await assert.rejects(listing, failure('^s3://missing/in/: ListObjectsV2', 'NoSuchBucket', 'create the bucket'));
    await assert.rejects(Array.fromAsync(store.list(key, signal)), { code: 'INVALID_INPUT' });
  });

  it('no object', async (t) => {
    const { store } = await stubStore(t);
    const reading = contentOf(store, { key: 'a', bytes: 5, etag: 'x' });
    await assert.rejects(reading, failure('s3://bucket/a: GetObject failed: NoSuchKey', 'removed after it was listed'));
  });

  it('no permission to look', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.fail('HeadObject', { status: 403, code: 'AccessDenied' });
    await assert.rejects(store.head('a', signal), failure('s3://bucket/a: HeadObject failed', 's3:GetObject'));
  });

  it('no server', async () => {
    const { store } = openStores({ endpoint: 'http://127.0.0.1:9', tries: 2, firstPauseMs: 1 })('s3://bucket/a');
    await assert.rejects(
      store.head('a', signal),
      failure('s3://bucket/a: HeadObject', 'ECONNREFUSED', 'AWS_ENDPOINT_URL_S3'),
    );
  });

  it('a server that says nothing, within its time', async (t) => {
    const { stub, store } = await stubStore(t, { tries: 2, timeoutMs: 100 });
    stub.fail('HeadObject', 'silent', 'silent');
    const start = performance.now();
    await assert.rejects(store.head('a', signal), failure('s3://bucket/a: HeadObject', 'Timeout'));
    assert.ok(performance.now() - start < 5000);
  });

  it('no credentials, no region', async (t) => {
    const stub = await stubS3(t);
    await withEnvironment({ AWS_ACCESS_KEY_ID: undefined, AWS_EC2_METADATA_DISABLED: 'true' }, async () => {
      const { store } = openStores({ endpoint: stub.url })('s3://bucket/');
      await assert.rejects(store.head('a', signal), failure('s3://bucket/a: HeadObject', 'AWS_ACCESS_KEY_ID'));
    });
    await withEnvironment({ AWS_REGION: undefined }, async () => {
      const { store } = openStores({ endpoint: stub.url })('s3://bucket/');
      await assert.rejects(store.head('a', signal), failure('s3://bucket/a: HeadObject', 'AWS_REGION'));
    });
  });
});

describe('the endpoint', () => {
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    it(`is read from ${name}, and its buckets are in the path`, async (t) => {
      const stub = await stubS3(t);
      stub.put('bucket/a', 'x');
      // By name: buckets are never put before a number.
      await withEnvironment({ [name]: stub.url.replace('127.0.0.1', 'localhost') }, async () => {
        assert.equal((await openStores()('s3://bucket/').store.head('a', signal))?.bytes, 1);
      });
      assert.deepEqual(stub.requests, ['HeadObject bucket/a']);
    });
  }
});

async function withEnvironment(values: Record<string, string | undefined>, run: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    await run();
  } finally {
    for (const name of Object.keys(values)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
