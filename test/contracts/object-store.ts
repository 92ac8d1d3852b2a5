import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { BatchlineError } from '../../src/errors.ts';
import type { ObjectStore, StoredObject } from '../../src/storage/object-store.ts';

export interface StoreCase {
  readonly name: string;
  /** An empty place in a store: the key that everything in it begins with ends in a slash, or is empty. */
  readonly open: (t: TestContext) => Promise<{ store: ObjectStore; base: string }>;
  /** Why a server behind the store does not replace metadata. */
  readonly skipReplacedMetadata?: string;
}

const signal = AbortSignal.timeout(120_000);
/** More than one part of an upload, and more than one chunk of a read. */
const large = Buffer.alloc(20 * 1024 * 1024 + 12_345, 'The quick brown fox jumps over the lazy dog.\n');

/** What every store promises of the interface `ObjectStore`. */
export function objectStoreContract({ name, open, skipReplacedMetadata }: StoreCase): void {
  describe(`the object store contract: ${name}`, () => {
    const listings: [about: string, keys: string[], prefix: string, listed: string[]][] = [
      ['nothing', [], '', []],
      ['a folder', ['in/b', 'in/a', 'out/a'], 'in/', ['in/a', 'in/b']],
      ['one object', ['in/a', 'in/b'], 'in/b', ['in/b']],
      ['a prefix takes siblings that share it', ['in/a', 'in-2/a', 'inn', 'other'], 'in', ['in-2/a', 'in/a', 'inn']],
      [
        'a prefix that ends within a name',
        ['p/part-1', 'p/part-2/x', 'p/other'],
        'p/part-',
        ['p/part-1', 'p/part-2/x'],
      ],
      ['a prefix that nothing has', ['in/a'], 'inx', []],
      ['an object as if it were a folder', ['in/a'], 'in/a/', []],
      ['every depth', ['d/1/2/3', 'd/1/2x', 'd/0'], 'd/', ['d/0', 'd/1/2/3', 'd/1/2x']],
      ['hidden names', ['h/.a', 'h/.b/c'], 'h/', ['h/.a', 'h/.b/c']],
      [
        'in the order of UTF-8',
        ['u/\u{1F600}', 'u/\uFF5E', 'u/z', 'u/é'],
        'u/',
        ['u/z', 'u/é', 'u/\uFF5E', 'u/\u{1F600}'],
      ],
      [
        'a slash among other characters',
        ['s/a/b', 's/a-b', 's/a.b', 's/a0'],
        's/',
        ['s/a-b', 's/a.b', 's/a/b', 's/a0'],
      ],
      ['odd names', ['o/a b', 'o/a+b', 'o/%41', 'o/ü&<"'], 'o/', ['o/%41', 'o/a b', 'o/a+b', 'o/ü&<"']],
    ];
    for (const [about, keys, prefix, listed] of listings) {
      it(`lists ${about}`, async (t) => {
        const { store, base } = await open(t);
        for (const key of keys) await put(store, base + key, [Buffer.from(key)]);
        const found = await Array.fromAsync(store.list(base + prefix, signal));
        assert.deepEqual(
          found.map(({ key }) => key),
          listed.map((key) => base + key),
        );
        for (const { key, bytes } of found) assert.equal(bytes, Buffer.byteLength(key.slice(base.length)));
      });
    }

    const contents: [about: string, pieces: Buffer[]][] = [
      ['of no bytes', []],
      ['of empty pieces', [Buffer.alloc(0), Buffer.alloc(0)]],
      ['of one byte', [Buffer.from('x')]],
      ['of several pieces', [Buffer.from('one\n'), Buffer.alloc(0), Buffer.from('two\n')]],
      ['of exactly 8 MiB', [large.subarray(0, 8 * 1024 * 1024)]],
      ['of several parts', [large]],
    ];
    for (const [about, pieces] of contents) {
      it(`gives back an object ${about}`, async (t) => {
        const { store, base } = await open(t);
        const key = `${base}made`;
        await put(store, key, pieces);
        const object = await objectAt(store, key);
        const content = Buffer.concat(pieces);
        assert.equal(object.bytes, content.length);
        assert.ok(content.equals(await contentOf(store, object)), 'the content differs');
        const listed = await Array.fromAsync(store.list(key, signal));
        assert.deepEqual(listed.map(toTheSecond), [toTheSecond(object)]);
      });
    }

    it('says when an object was written', async (t) => {
      const { store, base } = await open(t);
      const before = Date.now();
      await put(store, `${base}dated`, [Buffer.from('1')]);
      const { modified } = await objectAt(store, `${base}dated`);
      assert.ok(modified && modified.getTime() >= before - 2000 && modified.getTime() <= Date.now() + 2000);
    });

    it('reads ranges', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}ranged`, [large]);
      const object = await objectAt(store, `${base}ranged`);
      const ranges = [
        [0, 0],
        [0, 1],
        [5, 5],
        [1, 3_000_000],
        [large.length - 3, large.length],
      ] as const;
      for (const [start, end] of ranges) {
        const content = await contentOf(store, object, { start, end });
        assert.ok(content.equals(large.subarray(start, end)), `bytes ${start} to ${end} differ`);
      }
      assert.ok((await contentOf(store, object, { start: 9 })).equals(large.subarray(9)));
    });

    it('reads in chunks that are worth their cost', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}chunks`, [large]);
      const chunks = await Array.fromAsync(store.read(await objectAt(store, `${base}chunks`), { signal }));
      assert.ok(chunks.length <= 21, `${chunks.length} chunks`);
    });

    it('keeps metadata, and has none of an object that was written without', async (t) => {
      const { store, base } = await open(t);
      const metadata = { 'batchline-input-etag': '"0-1"', 'batchline-job': 'a b=c' };
      await put(store, `${base}kept`, [Buffer.from('1')], metadata);
      await put(store, `${base}plain`, [Buffer.from('1')]);
      await put(store, `${base}large`, [large], metadata);
      assert.deepEqual((await store.head(`${base}kept`, signal))?.metadata, metadata);
      assert.deepEqual((await store.head(`${base}plain`, signal))?.metadata, {});
      assert.deepEqual((await store.head(`${base}large`, signal))?.metadata, metadata);
    });

    it('keeps no metadata of an object that was replaced', { skip: skipReplacedMetadata ?? false }, async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}kept`, [Buffer.from('1')], { a: '1' });
      await put(store, `${base}kept`, [Buffer.from('2')], { b: '2' });
      assert.deepEqual((await store.head(`${base}kept`, signal))?.metadata, { b: '2' });
      await put(store, `${base}kept`, [Buffer.from('3')]);
      assert.deepEqual((await store.head(`${base}kept`, signal))?.metadata, {});
    });

    it('has nothing of what is not there', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}a`, [Buffer.from('1')]);
      assert.equal(await store.head(`${base}b`, signal), undefined);
      assert.equal(await store.head(`${base}none/b`, signal), undefined);
      await store.remove(`${base}b`, signal);
      await store.remove(`${base}a`, signal);
      assert.equal(await store.head(`${base}a`, signal), undefined);
    });

    it('shows an object when it is committed, and not before', async (t) => {
      const { store, base } = await open(t);
      const writer = await store.create(`${base}slow`, { signal });
      await writer.append([large]);
      assert.equal(await store.head(`${base}slow`, signal), undefined);
      assert.deepEqual(await Array.fromAsync(store.list(base, signal)), []);
      await writer.commit();
      assert.equal((await store.head(`${base}slow`, signal))?.bytes, large.length);
    });

    it('keeps the older object until the newer one is committed', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}same`, [Buffer.from('old')]);
      const old = await objectAt(store, `${base}same`);
      const writer = await store.create(`${base}same`, { signal });
      await writer.append([Buffer.from('newer')]);
      assert.deepEqual(await objectAt(store, `${base}same`), old);
      await writer.commit();
      assert.equal((await contentOf(store, await objectAt(store, `${base}same`))).toString(), 'newer');
    });

    it('does not need the memory of pieces that it was given', async (t) => {
      const { store, base } = await open(t);
      const writer = await store.create(`${base}reused`, { signal });
      const piece = Buffer.from('first ');
      await writer.append([piece]);
      piece.write('second');
      await writer.append([piece]);
      await writer.commit();
      assert.equal((await contentOf(store, await objectAt(store, `${base}reused`))).toString(), 'first second');
    });

    for (const [size, first] of [
      ['small', Buffer.from('wrong')],
      ['large', large],
    ] as const) {
      it(`forgets a ${size} beginning when it is restarted`, async (t) => {
        const { store, base } = await open(t);
        const writer = await store.create(`${base}again`, { signal, metadata: { a: '1' } });
        await writer.append([first]);
        await writer.restart();
        await writer.append([Buffer.from('right')]);
        await writer.commit();
        const object = await objectAt(store, `${base}again`);
        assert.equal((await contentOf(store, object)).toString(), 'right');
        assert.deepEqual((await store.head(`${base}again`, signal))?.metadata, { a: '1' });
      });

      it(`leaves nothing of a ${size} object that is discarded, twice`, async (t) => {
        const { store, base } = await open(t);
        const writer = await store.create(`${base}never`, { signal });
        await writer.append([first]);
        await writer.discard();
        await writer.discard();
        assert.deepEqual(await Array.fromAsync(store.list(base, signal)), []);
      });
    }

    it('does not read another version than the one that was listed', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}changed`, [Buffer.from('one')]);
      const object = await objectAt(store, `${base}changed`);
      await put(store, `${base}changed`, [Buffer.from('two')]);
      await assert.rejects(contentOf(store, object), (error) => {
        assert.ok(error instanceof BatchlineError);
        assert.equal(error.code, 'JOB_FAILED');
        assert.ok(error.message.includes(store.root + object.key), error.message);
        return true;
      });
    });

    it('says what it cannot read', async (t) => {
      const { store, base } = await open(t);
      const missing = { key: `${base}missing`, bytes: 3, etag: 'x' };
      await assert.rejects(contentOf(store, missing), { code: 'JOB_FAILED' });
    });

    it('ends with the signal', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}long`, [large]);
      const object = await objectAt(store, `${base}long`);
      const stop = new AbortController();
      const reason = new Error('enough');
      const reading = store.read(object, { signal: stop.signal });
      await reading.next();
      stop.abort(reason);
      await assert.rejects(async () => {
        for (;;) if ((await reading.next()).done) return;
      }, reason);
      await assert.rejects(Array.fromAsync(store.list(base, stop.signal)), reason);
      await assert.rejects(store.head(object.key, stop.signal), reason);
      await assert.rejects(store.create(object.key, { signal: stop.signal }), reason);
      await assert.rejects(store.remove(object.key, stop.signal), reason);
    });

    it('lets a reader stop early', async (t) => {
      const { store, base } = await open(t);
      await put(store, `${base}early`, [large]);
      const object = await objectAt(store, `${base}early`);
      for (let time = 0; time < 3; time += 1) {
        for await (const chunk of store.read(object, { signal })) {
          assert.ok(chunk.equals(large.subarray(0, chunk.length)));
          break;
        }
      }
    });
  });
}

export async function put(
  store: ObjectStore,
  key: string,
  pieces: readonly Buffer[],
  metadata?: Record<string, string>,
): Promise<void> {
  const writer = await store.create(key, { signal, ...(metadata ? { metadata } : {}) });
  await writer.append(pieces);
  await writer.commit();
}

export async function objectAt(store: ObjectStore, key: string): Promise<StoredObject> {
  const object = await store.head(key, signal);
  assert.ok(object, `${key} is missing`);
  return object;
}

export async function contentOf(
  store: ObjectStore,
  object: StoredObject,
  range: { start?: number; end?: number } = {},
): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(store.read(object, { signal, ...range })));
}

/** Without metadata: listings and looks agree on the rest, but for fractions of a second. */
function toTheSecond({ key, bytes, etag, modified }: StoredObject) {
  return { key, bytes, etag, second: modified && Math.floor(modified.getTime() / 1000) };
}
