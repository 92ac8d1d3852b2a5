import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openStores } from '../../src/storage/open-store.ts';
import { failure, slowDown, stubStore } from '../support/stub-store.ts';

const { signal } = new AbortController();

describe('the region of a bucket', () => {
  test('is what the server says', async (t) => {
    const { stub, store } = await stubStore(t);
    assert.equal(await store.bucketRegion?.(signal), undefined);
    stub.region = 'eu-west-1';
    stub.fail('HeadBucket', slowDown);
    assert.equal(await store.bucketRegion?.(signal), 'eu-west-1');
  });

  test('is not known of files', () => {
    assert.equal(openStores()('file:///tmp/').store.bucketRegion, undefined);
  });

  test('cannot be had of a bucket that is not there', async (t) => {
    const { stub } = await stubStore(t);
    const { store } = openStores({ endpoint: stub.url })('s3://another/');
    await assert.rejects(async () => store.bucketRegion?.(signal), failure('s3://another/', 'NoSuchBucket', 'create'));
  });

  test('cannot be had without permission', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.fail('HeadBucket', { status: 403, code: 'AccessDenied' });
    await assert.rejects(
      async () => store.bucketRegion?.(signal),
      failure('s3://bucket/', 'HTTP 403', 's3:ListBucket'),
    );
  });
});
