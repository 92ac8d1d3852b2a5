import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { create } from 'tar';
import type { ObjectStore, StoredObject } from '../../../src/storage/object-store.ts';
import { ModelFolders } from '../../../src/transform/containers/model-folders.ts';
import { ownTmpdir } from '../../support/own-tmpdir.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;
const noStore = () => assert.fail('no store is needed');

describe('a model', () => {
  for (const form of ['path', 'file://']) {
    test(`that is a folder, by ${form}, is used where it is`, async (t) => {
      const folder = await temporaryFolder(t, { 'model.json': '{}' });
      const taken = await new ModelFolders(noStore).take(form === 'path' ? folder : pathToFileURL(folder).href, never);
      assert.equal(taken.path, folder);
      await taken.release();
      assert.deepEqual(await readdir(folder), ['model.json']);
    });

    test(`that is an archive, by ${form}, is unpacked once, until nobody uses it`, async (t) => {
      const file = await archive(t);
      const folders = new ModelFolders(noStore);
      const model = form === 'path' ? file : pathToFileURL(file).href;
      const [one, two] = await Promise.all([folders.take(model, never), folders.take(model, never)]);
      assert.equal(one.path, two.path);
      assert.equal(await readFile(join(one.path, 'model.json'), 'utf8'), '{}');
      assert.equal((await stat(dirname(one.path))).mode & 0o777, 0o700);
      await one.release();
      await one.release(); // counts once
      assert.deepEqual(await readdir(two.path), ['model.json']);
      await two.release();
      await assert.rejects(stat(dirname(two.path)), { code: 'ENOENT' });
      const again = await folders.take(model, never);
      assert.deepEqual(await readdir(again.path), ['model.json']);
      await again.release();
    });
  }

  test('on S3 comes from its store', async (t) => {
    const content = await readFile(await archive(t));
    const folders = new ModelFolders((uri) => ({ store: storeOf(content), key: uri.slice('s3://b/'.length) }));
    const taken = await folders.take('s3://b/m/model.tar.gz', never);
    assert.deepEqual(await readdir(taken.path), ['model.json']);
    await taken.release();
    await assert.rejects(folders.take('s3://b/none', never), {
      code: 'INVALID_MODEL',
      message: 's3://b/none: there is no such object',
    });
  });

  test('that is not there says what was expected', async () => {
    await assert.rejects(new ModelFolders(noStore).take('/no/such/model', never), {
      code: 'INVALID_MODEL',
      message: /^\/no\/such\/model: expected a model folder or a model\.tar\.gz \(ENOENT/,
    });
  });

  test('that cannot be unpacked, or is no longer wanted, leaves nothing behind', async (t) => {
    const folders = new ModelFolders(noStore);
    const broken = join(await temporaryFolder(t, { 'model.tar.gz': 'no archive at all'.repeat(100) }), 'model.tar.gz');
    const whole = await archive(t);
    const temporary = await ownTmpdir(t);
    await assert.rejects(folders.take(broken, never), { code: 'INVALID_MODEL' });
    await assert.rejects(folders.take(whole, AbortSignal.abort(new Error('enough'))), /enough$/);
    assert.deepEqual(await temporary.left(), []);
  });
});

async function archive(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t, { 'model.json': '{}' });
  const file = join(await temporaryFolder(t), 'model.tar.gz');
  await create({ cwd: folder, gzip: true, file }, ['.']);
  return file;
}

/** A store with one object. */
function storeOf(content: Buffer): ObjectStore {
  const object: StoredObject = { key: 'm/model.tar.gz', bytes: content.length, etag: 'e' };
  const refuse = () => assert.fail('the model is only read');
  return {
    root: 's3://b/',
    head: async (key) => (key === object.key ? { ...object, metadata: {} } : undefined),
    read: async function* (read) {
      assert.equal(read.etag, 'e');
      yield content;
    },
    list: refuse,
    create: refuse,
    remove: refuse,
  };
}
