import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { ErrorsFile } from '../../../src/transform/objects/errors-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('errors.jsonl', () => {
  test('has what was added, in its order, when it is closed', async (t) => {
    const { folder, errors } = await errorsFile(t);
    await errors.add(entries('1\n', '2\n'));
    await errors.add(entries('3\n'));
    assert.deepEqual(await visible(folder), []);
    assert.equal(await errors.close(), true);
    assert.equal(await readFile(join(folder, 'errors.jsonl'), 'utf8'), '1\n2\n3\n');
  });

  test('of an earlier run goes when there are none', async (t) => {
    const { folder, errors } = await errorsFile(t, { 'errors.jsonl': 'old\n' });
    await errors.add(entries());
    assert.equal(await errors.close(), false);
    assert.deepEqual(await visible(folder), []);
  });

  test('needs no permission to delete where there is nothing to delete', async () => {
    const { store } = openStores()('file:///');
    const remove = () => Promise.reject(new Error('AccessDenied'));
    const place = (head: ObjectStore['head']) => () => ({ store: { ...store, head, remove }, key: 'errors.jsonl' });
    const close = (head: ObjectStore['head']) => new ErrorsFile('s3://bucket/out/', place(head)).close();
    assert.equal(await close(async () => undefined), false);
    assert.equal(await close(() => Promise.reject(new Error('AccessDenied'))), false);
    await assert.rejects(
      close(async () => ({ key: 'errors.jsonl', bytes: 1, etag: 'e', metadata: {} })),
      /AccessDenied/,
    );
  });

  test('that cannot be written fails at its end, and no object does', async (t) => {
    const { folder, errors } = await errorsFile(t);
    await errors.add(entries('1\n'));
    await errors.add(broken());
    await errors.add(entries('2\n'));
    await assert.rejects(errors.close(), /no more/);
    assert.deepEqual(await readdir(folder), []);
  });

  test('in the place of a folder says so', async (t) => {
    const { folder, errors } = await errorsFile(t);
    await mkdir(join(folder, 'errors.jsonl'));
    await writeFile(join(folder, 'errors.jsonl', 'a'), '');
    await errors.add(entries('1\n'));
    await assert.rejects(errors.close(), { code: 'JOB_FAILED', message: /errors\.jsonl.*there is a folder/ });
  });
});

async function errorsFile(t: TestContext, files: Record<string, string> = {}) {
  const folder = await temporaryFolder(t, files);
  return { folder, errors: new ErrorsFile(`file://${folder}/`, openStores()) };
}

async function* entries(...lines: string[]): AsyncGenerator<Buffer> {
  for (const line of lines) yield Buffer.from(line);
}

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('half\n');
  throw new Error('no more');
}

async function visible(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.'));
}
