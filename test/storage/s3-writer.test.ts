import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { put } from '../contracts/object-store.ts';
import type { Fault } from '../support/stub-s3.ts';
import { count, failure, internal, large, slowDown, stubStore } from '../support/stub-store.ts';

const signal = AbortSignal.timeout(120_000);
const mebibyte = 1024 * 1024;

describe('writing', () => {
  it('sends parts of 8 MiB and puts them together in order', async (t) => {
    const { stub, store } = await stubStore(t);
    await put(store, 'a', [large.subarray(0, 9 * mebibyte), large.subarray(9 * mebibyte)], { a: '1' });
    assert.equal(count(stub, 'UploadPart'), 3);
    assert.ok(stub.objects.get('bucket/a')?.body.equals(large));
    assert.deepEqual(stub.objects.get('bucket/a')?.metadata, { a: '1' });
    assert.equal(stub.uploads.size, 0);
  });

  it('has no more than two parts under way', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.fail('UploadPart', ...Array<Fault>(3).fill('silent'));
    const stop = new AbortController();
    const writer = await store.create('a', { signal: stop.signal });
    await writer.append([large]); // two parts, and the beginning of a third
    const appending = writer.append([large]);
    assert.equal(await Promise.race([appending, sleep(300, 'waits')]), 'waits');
    assert.equal(count(stub, 'UploadPart'), 2);
    stop.abort(new Error('enough'));
    await assert.rejects(appending, { message: 'enough' });
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  const operations: [operation: string, body: Buffer][] = [
    ['PutObject', Buffer.from('small')],
    ['CreateMultipartUpload', large],
    ['UploadPart', large],
    ['CompleteMultipartUpload', large],
  ];
  for (const [operation, body] of operations) {
    it(`tries ${operation} again, also when only its answer was lost`, async (t) => {
      const { stub, store } = await stubStore(t);
      stub.fail(operation, slowDown, 'reset', internal, 'lost', 'lost');
      await put(store, 'a', [body]);
      assert.ok(stub.objects.get('bucket/a')?.body.equals(body));
      assert.equal(stub.uploads.size, 0, 'an upload was left');
    });

    it(`leaves nothing when ${operation} is not allowed`, async (t) => {
      const { stub, store } = await stubStore(t);
      stub.fail(operation, ...Array<Fault>(9).fill({ status: 403, code: 'AccessDenied' }));
      const writer = await store.create('a', { signal });
      await assert.rejects(
        writer.append([body]).then(() => writer.commit()),
        failure('s3://bucket/a: ', `${operation} failed: AccessDenied`, 's3:PutObject'),
      );
      await writer.discard();
      assert.equal(stub.objects.size, 0);
      assert.equal(stub.uploads.size, 0);
    });
  }

  it('does not take a vanished upload for a completed one', async (t) => {
    const { stub, store } = await stubStore(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.put('bucket/a', 'of somebody else');
    stub.fail('CompleteMultipartUpload', internal, { status: 404, code: 'NoSuchUpload' });
    await assert.rejects(writer.commit(), failure('CompleteMultipartUpload', 'NoSuchUpload'));
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('ends with the signal, and leaves no upload', async (t) => {
    const { stub, store } = await stubStore(t);
    const stop = new AbortController();
    stub.fail('UploadPart', 'silent', 'silent');
    const writer = await store.create('a', { signal: stop.signal });
    await writer.append([large]);
    const committing = writer.commit();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await assert.rejects(committing, { message: 'enough' });
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
    assert.equal(count(stub, 'CreateMultipartUpload'), 1);
  });

  it('removes an upload that had just begun', async (t) => {
    const { stub, store } = await stubStore(t);
    const stop = new AbortController();
    const writer = await store.create('a', { signal: stop.signal });
    await writer.append([large]); // the upload begins, and nobody has waited for its id
    stop.abort();
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('says when an upload could not be removed', async (t) => {
    const { stub, store } = await stubStore(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('AbortMultipartUpload', { status: 403, code: 'AccessDenied' });
    await assert.rejects(writer.discard(), failure('s3://bucket/a', 'may stay', 'AccessDenied', '--resume'));
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('removes an upload again that a late part brought back', async (t) => {
    const { stub, store } = await stubStore(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('AbortMultipartUpload', { status: 404, code: 'NoSuchUpload' }); // and there it is again
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
    assert.equal(count(stub, 'AbortMultipartUpload'), 2);
  });

  it('removes an upload without the right to see its parts', async (t) => {
    const { stub, store } = await stubStore(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('ListParts', { status: 403, code: 'AccessDenied' });
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('removes what killed writers of a key left', async (t) => {
    const { stub, store } = await stubStore(t);
    for (const key of ['a', 'a', 'a.b']) {
      await (await store.create(key, { signal })).append([large]); // and never heard of again
    }
    await until(() => stub.uploads.size === 3);
    await store.removeUnfinished?.('a', signal);
    assert.deepEqual(
      [...stub.uploads.values()].map(({ key }) => key),
      ['a.b'],
    );
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!holds()) await sleep(5, undefined, { signal: deadline });
}
