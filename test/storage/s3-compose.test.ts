import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { ObjectRange, ObjectStore } from '../../src/storage/object-store.ts';
import { composedParts } from '../../src/storage/s3-composed-parts.ts';
import { objectAt } from '../contracts/object-store.ts';
import type { Fault, StubS3 } from '../support/stub-s3.ts';
import { count, failure, internal, slowDown, stubStore } from '../support/stub-store.ts';

const signal = AbortSignal.timeout(120_000);
const mebibyte = 1024 * 1024;
const source = randomBytes(24 * mebibyte + 7);

describe('composing', () => {
  /** Ranges in MiB, and how many parts are copied and sent. */
  const cases: [about: string, ranges: [number, number][], copied: number, sent: number][] = [
    ['one range', [[1, 9]], 1, 0],
    [
      'ranges that may be parts',
      [
        [8, 16],
        [0, 8],
        [16, 24],
      ],
      3,
      0,
    ],
    [
      'a last range of any size',
      [
        [0, 8],
        [9, 10],
      ],
      1,
      1,
    ],
    [
      'a first range that is too small, with the beginning of the next',
      [
        [3, 4],
        [8, 20],
      ],
      1,
      1,
    ],
    [
      'a rest that would be too small for a part',
      [
        [3, 4],
        [8, 16],
        [0, 6],
      ],
      1,
      1,
    ],
    [
      'a small range at the seam of two large ones',
      [
        [0, 6],
        [7, 8],
        [8, 20],
      ],
      2,
      1,
    ],
    [
      'small ranges that fill parts',
      [
        [0, 2],
        [2, 4],
        [4, 6],
        [6, 12],
      ],
      1,
      1,
    ],
    [
      'nothing but small ranges, in one request',
      [
        [5, 6],
        [1, 2],
        [3, 4],
      ],
      0,
      0,
    ],
    [
      'empty ranges',
      [
        [2, 2],
        [0, 6],
        [3, 3],
      ],
      1,
      0,
    ],
    ['nothing at all', [], 0, 0],
  ];
  for (const [about, ranges, copied, sent] of cases) {
    it(`puts together ${about}`, async (t) => {
      const { stub, store } = await sourceOn(t);
      await compose(store, ranges);
      assert.ok(stub.objects.get('bucket/out')?.body.equals(expected(ranges)), 'other bytes');
      assert.equal(count(stub, 'UploadPartCopy'), copied);
      assert.equal(count(stub, 'UploadPart'), sent);
      assert.equal(stub.uploads.size, 0);
    });
  }

  it('keeps metadata and the KMS key, in one request or several', async (t) => {
    const { stub, store } = await sourceOn(t);
    for (const ranges of [[[0, 1]], [[0, 8]]] as [number, number][][]) {
      await compose(store, ranges, { metadata: { a: '1' }, kmsKeyId: 'alias/ours' });
      assert.deepEqual(stub.objects.get('bucket/out')?.metadata, { a: '1' });
      assert.equal(stub.objects.get('bucket/out')?.kmsKeyId, 'alias/ours');
    }
  });

  it('takes objects whose keys have any characters', async (t) => {
    const { stub, store } = await sourceOn(t);
    stub.put('bucket/a b/ü+%41?x', source);
    const object = await objectAt(store, 'a b/ü+%41?x');
    await store.compose?.('out', [{ object, store, start: 0, end: source.length }], { signal });
    assert.ok(stub.objects.get('bucket/out')?.body.equals(source));
  });

  it('takes only objects on S3', async (t) => {
    const { store } = await sourceOn(t);
    const piece = { ...(await ranges(store, [[0, 8]])[0]), store: { ...store, root: 'file:///' } } as ObjectRange;
    await assert.rejects(store.compose?.('out', [piece], { signal }) as Promise<void>, failure('file:///in'));
  });

  const mixed: [number, number][] = [
    [0, 6],
    [7, 8],
    [8, 20],
  ];
  for (const operation of [
    'CreateMultipartUpload',
    'UploadPartCopy',
    'UploadPart',
    'GetObject',
    'CompleteMultipartUpload',
  ]) {
    it(`tries ${operation} again, also when only its answer was lost`, async (t) => {
      const { stub, store } = await sourceOn(t);
      stub.fail(operation, slowDown, 'reset', internal, 'lost', 'lost');
      await compose(store, mixed);
      assert.ok(stub.objects.get('bucket/out')?.body.equals(expected(mixed)));
      assert.equal(stub.uploads.size, 0, 'an upload was left');
    });

    it(`leaves nothing when ${operation} is not allowed`, async (t) => {
      const { stub, store } = await sourceOn(t);
      stub.fail(operation, ...Array<Fault>(20).fill({ status: 403, code: 'AccessDenied' }));
      await assert.rejects(compose(store, mixed), failure(`${operation}.* failed: AccessDenied`));
      assert.deepEqual([...stub.objects.keys()], ['bucket/in']);
      assert.equal(stub.uploads.size, 0);
    });
  }

  for (const ranges of [mixed, [[0, 1]] as [number, number][]]) {
    it(`refuses an object that was replaced, of ${ranges.length} ranges, and leaves nothing`, async (t) => {
      const { stub, store } = await sourceOn(t);
      const object = await objectAt(store, 'in');
      stub.put('bucket/in', Buffer.alloc(source.length));
      const pieces = ranges.map(([from, to]) => ({ object, start: from * mebibyte, end: to * mebibyte }));
      const composing = store.compose?.('out', pieces, { signal }) as Promise<void>;
      await assert.rejects(composing, failure('bucket/in', 'PreconditionFailed', 'was replaced'));
      assert.deepEqual([...stub.objects.keys()], ['bucket/in']);
      assert.equal(stub.uploads.size, 0);
    });
  }

  it('ends with the signal, and leaves no upload', async (t) => {
    const { stub, store } = await sourceOn(t);
    const stop = new AbortController();
    stub.fail('UploadPartCopy', 'silent', 'silent');
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await assert.rejects(compose(store, mixed, { signal: stop.signal }), { message: 'enough' });
    assert.equal(stub.uploads.size, 0);
    await assert.rejects(compose(store, mixed, { signal: stop.signal }), { message: 'enough' });
  });

  it('has no more than eight copies under way', async (t) => {
    const { stub, store } = await sourceOn(t);
    const stop = new AbortController();
    stub.fail('UploadPartCopy', ...Array<Fault>(9).fill('silent'));
    const composing = compose(store, Array(12).fill([0, 8]), { signal: stop.signal });
    for (const deadline = AbortSignal.timeout(10_000); count(stub, 'UploadPartCopy') < 8; ) {
      deadline.throwIfAborted();
      await new Promise((done) => setTimeout(done, 5));
    }
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(count(stub, 'UploadPartCopy'), 8);
    stop.abort(new Error('enough'));
    await assert.rejects(composing, { message: 'enough' });
  });

  it('removes what killed writers of a folder left', async (t) => {
    const { stub, store } = await sourceOn(t);
    for (const key of ['a/b', 'a/c/d', 'ab']) stub.uploads.set(key, { key, metadata: {}, parts: new Map() });
    await store.removeUnfinished?.('a/', signal);
    assert.deepEqual([...stub.uploads.keys()], ['ab']);
  });
});

describe('the parts of a composed object', () => {
  const tebibyte = 1024 ** 4;
  const object = { key: 'in', bytes: 5 * tebibyte, etag: 'e' };
  const pieces: [about: string, sizes: number[], most: number][] = [
    ['one of 5 TiB', [5 * tebibyte], 10_000],
    ['one that is a byte longer than the largest copy', [256 * mebibyte + 1], 2],
    ['100,000 of 1 MiB', Array<number>(100_000).fill(mebibyte), 5000],
    ['30,000 of 6 MiB', Array<number>(30_000).fill(6 * mebibyte), 5000],
    ['large and small ones by turns', Array.from({ length: 8000 }, (_, at) => (at % 2 ? 40 : 1) * mebibyte), 10_000],
  ];
  for (const [about, sizes, most] of pieces) {
    it(`go by S3's rules for ${about}`, () => {
      let start = 0;
      const given = sizes.map((bytes) => {
        start += bytes;
        return { object, start: start - bytes, end: start };
      });
      const parts = composedParts(given);
      assert.ok(parts.length <= most, `${parts.length} parts`);
      const bytes = parts.map(({ ranges }) => ranges.reduce((sum, range) => sum + range.end - range.start, 0));
      assert.equal(
        bytes.reduce((sum, part) => sum + part),
        start,
      );
      assert.ok(Math.min(...bytes.slice(0, -1)) >= 5 * mebibyte || bytes.length === 1);
      assert.ok(Math.max(...bytes) <= 5 * 1024 * mebibyte);
      let at = 0;
      for (const range of parts.flatMap(({ ranges }) => ranges)) {
        assert.equal(range.start, at);
        at = range.end;
      }
    });
  }
});

async function sourceOn(t: Parameters<typeof stubStore>[0]): Promise<{ stub: StubS3; store: ObjectStore }> {
  const stubbed = await stubStore(t);
  stubbed.stub.put('bucket/in', source);
  return stubbed;
}

async function compose(
  store: ObjectStore,
  wanted: readonly [number, number][],
  options: { signal?: AbortSignal; metadata?: Record<string, string>; kmsKeyId?: string } = {},
): Promise<void> {
  assert.ok(store.compose);
  await store.compose('out', await Promise.all(ranges(store, wanted)), { signal, ...options });
}

function ranges(store: ObjectStore, wanted: readonly [number, number][]): Promise<ObjectRange>[] {
  return wanted.map(async ([from, to]) => ({
    object: await objectAt(store, 'in'),
    start: from * mebibyte,
    end: to * mebibyte,
  }));
}

function expected(wanted: readonly [number, number][]): Buffer {
  return Buffer.concat(wanted.map(([from, to]) => source.subarray(from * mebibyte, to * mebibyte)));
}
