import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';
import { put } from '../contracts/object-store.ts';
import { fileStore } from '../support/file-store.ts';

const signal = AbortSignal.timeout(60_000);
const manifest = '.batchline-manifest.jsonl';

describe('the metadata of files', () => {
  async function withObject(t: TestContext) {
    const made = await fileStore(t);
    await put(made.store, `${made.base}a`, [Buffer.from('content')], { a: '1' });
    const read = async (store = made.store) => (await store.head(`${made.base}a`, signal))?.metadata;
    return { ...made, path: join(made.folder, 'a'), notes: join(made.folder, manifest), read };
  }

  it('is a line of the folder', async (t) => {
    const { notes, path } = await withObject(t);
    const { mtimeNs } = await stat(path, { bigint: true });
    const line = `{"name":"a","bytes":7,"etag":"7-${mtimeNs.toString(16)}","metadata":{"a":"1"}}\n`;
    assert.equal(await readFile(notes, 'utf8'), line);
  });

  it('is found by the next process', async (t) => {
    const { read } = await withObject(t);
    assert.deepEqual(await read(createFileStore()), { a: '1' });
  });

  const changes: [about: string, change: (path: string) => Promise<unknown>][] = [
    ['another size', (path) => appendFile(path, 'x')],
    ['another time', (path) => utimes(path, 1, 1)],
    ['the same size and another content', (path) => writeFile(path, 'CONTENT')],
  ];
  for (const [about, change] of changes) {
    it(`is none of a file of ${about}`, async (t) => {
      const { path, read } = await withObject(t);
      await change(path);
      assert.deepEqual(await read(), {});
    });
  }

  it('is what the last line of a name says', async (t) => {
    const { store, base, read } = await withObject(t);
    assert.deepEqual(await read(), { a: '1' });
    await put(store, `${base}b`, [], { b: '1' });
    await put(store, `${base}a`, [Buffer.from('more content')], { a: '2' });
    assert.deepEqual(await read(), { a: '2' });
    assert.deepEqual((await store.head(`${base}b`, signal))?.metadata, { b: '1' });
  });

  const torn = [
    '{"name":"a","by',
    'null',
    '[]',
    '5',
    '{"name":"a"}',
    '{"name":"a","bytes":7,"etag":"x","metadata":"y"}',
    '',
    '\xff',
  ];
  for (const line of torn) {
    it(`does not mind ${JSON.stringify(line)} at the end, nor loses what comes after it`, async (t) => {
      const { store, base, notes, read } = await withObject(t);
      await appendFile(notes, line);
      assert.deepEqual(await read(createFileStore()), { a: '1' });
      assert.deepEqual(await read(), { a: '1' });
      await put(store, `${base}b`, [], { b: '1' });
      assert.deepEqual((await store.head(`${base}b`, signal))?.metadata, { b: '1' });
      assert.deepEqual(await read(createFileStore()), { a: '1' });
    });
  }

  it('is read anew when somebody has replaced the manifest', async (t) => {
    const { folder, notes, read } = await withObject(t);
    assert.deepEqual(await read(), { a: '1' });
    const changed = (await readFile(notes, 'utf8')).replace('"1"', '"one"');
    await writeFile(join(folder, 'new'), `${changed}${' '.repeat(20)}\n`);
    await rename(join(folder, 'new'), notes);
    assert.deepEqual(await read(), { a: 'one' });
  });

  it('makes no manifest where there is none to keep', async (t) => {
    const { folder, base, store } = await fileStore(t);
    await put(store, `${base}a`, []);
    assert.deepEqual(await readdir(folder), ['a']);
  });

  it('is kept when several write at once', async (t) => {
    const { base, store } = await fileStore(t);
    const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
    await Promise.all(names.map((name) => put(store, base + name, [Buffer.from(name)], { name })));
    for (const name of names) assert.deepEqual((await store.head(base + name, signal))?.metadata, { name });
  });
});
