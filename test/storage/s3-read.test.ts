import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { BatchlineError } from '../../src/errors.ts';
import { contentOf, objectAt } from '../contracts/object-store.ts';
import type { Fault } from '../support/stub-s3.ts';
import { count, failure, internal, large, slowDown, stubStore } from '../support/stub-store.ts';

const signal = AbortSignal.timeout(120_000);
const mebibyte = 1024 * 1024;

describe('reading resumes', () => {
  const faults: [about: string, faults: Fault[]][] = [
    ['after a reset', [{ resetAt: 5 * mebibyte + 7 }]],
    ['after a reset before the first byte', [{ resetAt: 0 }]],
    ['after a body that ended too early', [{ shortAt: 100 }]],
    ['after a body that stalled', [{ stallAt: 3 * mebibyte }]],
    [
      'after several in a row',
      [{ resetAt: 1000 }, { shortAt: 1 }, { stallAt: 10 }, slowDown, 'reset', { resetAt: 5000 }],
    ],
    ['after more failures than there are tries, if each brought bytes', Array(20).fill({ resetAt: 100_000 })],
    ['a beginning that failed', [internal, slowDown, 'reset', 'silent']],
  ];
  for (const [about, list] of faults) {
    it(about, async (t) => {
      const { stub, store } = await stubStore(t, { timeoutMs: 1000 });
      stub.put('bucket/large', large, { 'x-amz-checksum-crc32': crcOf(large) });
      stub.fail('GetObject', ...list);
      assert.ok((await contentOf(store, await objectAt(store, 'large'))).equals(large));
      assert.equal(count(stub, 'GetObject'), list.length + 1);
    });
  }

  it('within a range', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.put('bucket/large', large);
    stub.fail('GetObject', { resetAt: 50 });
    const content = await contentOf(store, await objectAt(store, 'large'), { start: 100, end: 300 });
    assert.ok(content.equals(large.subarray(100, 300)));
    assert.deepEqual(stub.requests.slice(1), [
      'GetObject bucket/large bytes=100-299',
      'GetObject bucket/large bytes=150-299',
    ]);
  });

  it('but not with another version', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.put('bucket/a', large);
    const object = await objectAt(store, 'a');
    stub.fail('GetObject', { resetAt: 2 * mebibyte });
    const reading = store.read(object, { signal });
    await reading.next();
    stub.put('bucket/a', 'other');
    await assert.rejects(
      Array.fromAsync(reading),
      failure('s3://bucket/a: GetObject', 'PreconditionFailed', 'replaced'),
    );
  });

  it('and gives up when nothing comes any more', async (t) => {
    const { stub, store } = await stubStore(t, { tries: 3 });
    stub.put('bucket/a', 'content');
    stub.fail('GetObject', ...Array<Fault>(9).fill({ resetAt: 0 }));
    await assert.rejects(contentOf(store, await objectAt(store, 'a')), (error) => {
      failure('s3://bucket/a: GetObject failed')(error);
      return (error as BatchlineError).retryable;
    });
    assert.equal(count(stub, 'GetObject'), 3);
  });

  it('for a reader who takes longer than the timeout', async (t) => {
    const { stub, store } = await stubStore(t, { timeoutMs: 100 });
    stub.put('bucket/large', large);
    const taken: Buffer[] = [];
    for await (const chunk of store.read(await objectAt(store, 'large'), { signal })) {
      taken.push(chunk);
      if (taken.length % 8 === 1) await sleep(250);
    }
    assert.ok(Buffer.concat(taken).equals(large));
    assert.ok(count(stub, 'GetObject') > 1, 'the connection never broke');
  });
});

describe('reading checks', () => {
  const body = Buffer.from('some content');
  const sha = (name: string): string => createHash(name).update(body).digest('base64');
  const checksums: [header: string, value: string][] = [
    ['x-amz-checksum-crc32', crcOf(body)],
    ['x-amz-checksum-sha256', sha('sha256')],
    ['x-amz-checksum-sha1', sha('sha1')],
  ];
  for (const [header, value] of checksums) {
    it(`the whole object's ${header}`, async (t) => {
      const { stub, store } = await stubStore(t);
      stub.put('bucket/a', body, { [header]: value });
      const object = await objectAt(store, 'a');
      assert.ok((await contentOf(store, object)).equals(body));
      stub.fail('GetObject', { corruptAt: 3 });
      await assert.rejects(contentOf(store, object), failure('s3://bucket/a', 'damaged', value.replaceAll('+', '\\+')));
    });
  }

  it('across a resumption', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': crcOf(body) });
    stub.fail('GetObject', { resetAt: 5 }, { corruptAt: 1 });
    await assert.rejects(contentOf(store, await objectAt(store, 'a')), failure('damaged'));
  });

  it('no checksum of parts, and none of a range', async (t) => {
    const { stub, store } = await stubStore(t);
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': 'AAAAAA==-2' });
    assert.ok((await contentOf(store, await objectAt(store, 'a'))).equals(body));
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': 'AAAAAA==' });
    assert.equal((await contentOf(store, await objectAt(store, 'a'), { start: 5 })).toString(), 'content');
    assert.equal((await contentOf(store, await objectAt(store, 'a'), { end: 4 })).toString(), 'some');
  });
});

function crcOf(body: Buffer): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(body));
  return digest.toString('base64');
}
