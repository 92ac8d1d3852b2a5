import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { BatchlineError } from '../../src/errors.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { openStores } from '../../src/storage/open-store.ts';
import type { S3Options } from '../../src/storage/s3-client.ts';
import { contentOf, objectAt, objectStoreContract, put } from '../contracts/object-store.ts';
import { type Fault, type StubS3, stubS3 } from '../support/stub-s3.ts';

// The SDK takes these from the environment, as it does in life.
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a-very-secret-key',
  AWS_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
});

const signal = AbortSignal.timeout(120_000);
const mebibyte = 1024 * 1024;
const large = Buffer.alloc(17 * mebibyte, 'abcdefghijklmnopqrstuvwxyz\n');
const slowDown: Fault = { status: 503, code: 'SlowDown' };
const internal: Fault = { status: 500, code: 'InternalError' };

async function open(
  t: TestContext,
  options: S3Options & { pageSize?: number } = {},
): Promise<{ stub: StubS3; store: ObjectStore }> {
  const { pageSize = 1000, ...s3 } = options;
  const stub = await stubS3(t, { pageSize });
  const stores = openStores({ endpoint: stub.url, firstPauseMs: 2, timeoutMs: 10_000, ...s3 });
  return { stub, store: stores('s3://bucket/').store };
}

objectStoreContract({
  name: 'S3, by a stub',
  async open(t) {
    const { store } = await open(t);
    return { store, base: 'base/' };
  },
});

/** What a failure must say, whatever else: where, doing what, why. */
function failure(...parts: (string | RegExp)[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof BatchlineError, String(error));
    for (const part of parts) assert.match(error.message, typeof part === 'string' ? new RegExp(part) : part);
    assert.doesNotMatch(error.message, /AKIAIOSFODNN7EXAMPLE|a-very-secret-key/);
    return true;
  };
}

function count(stub: StubS3, operation: string): number {
  return stub.requests.filter((request) => request.startsWith(`${operation} `)).length;
}

describe('listing', () => {
  for (const keys of [0, 1, 2, 3, 4, 7]) {
    it(`takes ${keys} keys in pages of two`, async (t) => {
      const { stub, store } = await open(t, { pageSize: 2 });
      const names = Array.from({ length: keys }, (_, index) => `in/${index}`);
      for (const name of names) stub.put(`bucket/${name}`, name);
      stub.put('bucket/other', '');
      const found = await Array.fromAsync(store.list('in/', signal));
      assert.deepEqual(
        found.map(({ key }) => key),
        names,
      );
      assert.equal(count(stub, 'ListObjectsV2'), Math.max(1, Math.ceil(keys / 2)));
    });
  }

  it('shows folder markers', async (t) => {
    const { stub, store } = await open(t);
    stub.put('bucket/in/', '');
    stub.put('bucket/in/a', 'x');
    const found = await Array.fromAsync(store.list('in/', signal));
    assert.deepEqual(
      found.map(({ key }) => key),
      ['in/', 'in/a'],
    );
  });

  it('tries again in the middle', async (t) => {
    const { stub, store } = await open(t, { pageSize: 1, timeoutMs: 500 });
    for (const key of ['a', 'b', 'c']) stub.put(`bucket/${key}`, key);
    stub.fail('ListObjectsV2', slowDown, 'reset', internal, 'silent', slowDown);
    assert.equal((await Array.fromAsync(store.list('', signal))).length, 3);
  });
});

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
      const { stub, store } = await open(t, { timeoutMs: 1000 });
      stub.put('bucket/large', large, { 'x-amz-checksum-crc32': crcOf(large) });
      stub.fail('GetObject', ...list);
      assert.ok((await contentOf(store, await objectAt(store, 'large'))).equals(large));
      assert.equal(count(stub, 'GetObject'), list.length + 1);
    });
  }

  it('within a range', async (t) => {
    const { stub, store } = await open(t);
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
    const { stub, store } = await open(t);
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
    const { stub, store } = await open(t, { tries: 3 });
    stub.put('bucket/a', 'content');
    stub.fail('GetObject', ...Array<Fault>(9).fill({ resetAt: 0 }));
    await assert.rejects(contentOf(store, await objectAt(store, 'a')), (error) => {
      failure('s3://bucket/a: GetObject failed')(error);
      return (error as BatchlineError).retryable;
    });
    assert.equal(count(stub, 'GetObject'), 3);
  });

  it('for a reader who takes longer than the timeout', async (t) => {
    const { stub, store } = await open(t, { timeoutMs: 100 });
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
      const { stub, store } = await open(t);
      stub.put('bucket/a', body, { [header]: value });
      const object = await objectAt(store, 'a');
      assert.ok((await contentOf(store, object)).equals(body));
      stub.fail('GetObject', { corruptAt: 3 });
      await assert.rejects(contentOf(store, object), failure('s3://bucket/a', 'damaged', value.replaceAll('+', '\\+')));
    });
  }

  it('across a resumption', async (t) => {
    const { stub, store } = await open(t);
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': crcOf(body) });
    stub.fail('GetObject', { resetAt: 5 }, { corruptAt: 1 });
    await assert.rejects(contentOf(store, await objectAt(store, 'a')), failure('damaged'));
  });

  it('no checksum of parts, and none of a range', async (t) => {
    const { stub, store } = await open(t);
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': 'AAAAAA==-2' });
    assert.ok((await contentOf(store, await objectAt(store, 'a'))).equals(body));
    stub.put('bucket/a', body, { 'x-amz-checksum-crc32': 'AAAAAA==' });
    assert.equal((await contentOf(store, await objectAt(store, 'a'), { start: 5 })).toString(), 'content');
  });
});

describe('writing', () => {
  it('sends a part at a time, at most two of them at once, in order', async (t) => {
    const { stub, store } = await open(t);
    await put(store, 'a', [large.subarray(0, 9 * mebibyte), large.subarray(9 * mebibyte)], { a: '1' });
    assert.equal(count(stub, 'UploadPart'), 3);
    assert.ok(stub.objects.get('bucket/a')?.body.equals(large));
    assert.deepEqual(stub.objects.get('bucket/a')?.metadata, { a: '1' });
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
      const { stub, store } = await open(t);
      stub.fail(operation, slowDown, 'reset', internal, 'lost', 'lost');
      await put(store, 'a', [body]);
      assert.ok(stub.objects.get('bucket/a')?.body.equals(body));
      assert.equal(stub.uploads.size, 0, 'an upload was left');
    });

    it(`leaves nothing when ${operation} is not allowed`, async (t) => {
      const { stub, store } = await open(t);
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
    const { stub, store } = await open(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.put('bucket/a', 'of somebody else');
    stub.fail('CompleteMultipartUpload', internal, { status: 404, code: 'NoSuchUpload' });
    await assert.rejects(writer.commit(), failure('CompleteMultipartUpload', 'NoSuchUpload'));
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('ends with the signal, and leaves no upload', async (t) => {
    const { stub, store } = await open(t);
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
    const { stub, store } = await open(t);
    const stop = new AbortController();
    const writer = await store.create('a', { signal: stop.signal });
    await writer.append([large]); // the upload begins, and nobody has waited for its id
    stop.abort();
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('says when an upload could not be removed', async (t) => {
    const { stub, store } = await open(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('AbortMultipartUpload', { status: 403, code: 'AccessDenied' });
    await assert.rejects(writer.discard(), failure('s3://bucket/a', 'may stay', 'AccessDenied', '--resume'));
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('removes an upload again that a late part brought back', async (t) => {
    const { stub, store } = await open(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('AbortMultipartUpload', { status: 404, code: 'NoSuchUpload' }); // and there it is again
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
    assert.equal(count(stub, 'AbortMultipartUpload'), 2);
  });

  it('removes an upload without the right to see its parts', async (t) => {
    const { stub, store } = await open(t);
    const writer = await store.create('a', { signal });
    await writer.append([large]);
    stub.fail('ListParts', { status: 403, code: 'AccessDenied' });
    await writer.discard();
    assert.equal(stub.uploads.size, 0);
  });

  it('removes what killed writers of a key left', async (t) => {
    const { stub, store } = await open(t);
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
      const { stub, store } = await open(t, { tries: 2 });
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
    const { store } = await open(t);
    const reading = contentOf(store, { key: 'a', bytes: 5, etag: 'x' });
    await assert.rejects(reading, failure('s3://bucket/a: GetObject failed: NoSuchKey', 'removed after it was listed'));
  });

  it('no permission to look', async (t) => {
    const { stub, store } = await open(t);
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
    const { stub, store } = await open(t, { tries: 2, timeoutMs: 100 });
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
      await withEnvironment({ [name]: stub.url }, async () => {
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

async function until(holds: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!holds()) await sleep(5, undefined, { signal: deadline });
}

function crcOf(body: Buffer): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(body));
  return digest.toString('base64');
}
