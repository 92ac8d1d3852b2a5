import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';
import { fileUri, openStores } from '../../src/storage/open-store.ts';
import { contentOf, objectAt, objectStoreContract, put } from '../contracts/object-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const signal = AbortSignal.timeout(60_000);
const manifest = '.batchline-manifest.jsonl';

objectStoreContract({
  name: 'files',
  async open(t) {
    const { store, key } = openStores()(fileUri(`${await temporaryFolder(t)}/`));
    return { store, base: key };
  },
});

async function withFiles(t: TestContext, files: Record<string, string> = {}) {
  const folder = await temporaryFolder(t, files);
  const base = `${folder.slice(1)}/`;
  const store = createFileStore();
  const list = async (prefix = ''): Promise<string[]> =>
    (await Array.fromAsync(store.list(base + prefix, signal))).map(({ key }) => key.slice(base.length));
  return { folder, base, store, list };
}

describe('listing files', () => {
  it('leaves out what batchline keeps for itself, in every folder', async (t) => {
    const { list } = await withFiles(t, { [manifest]: '{}\n', 'a/.batchline-x-1.tmp': '', 'a/b': '', '.batchlin': '' });
    assert.deepEqual(await list(), ['.batchlin', 'a/b']);
  });

  it('follows links to files and folders, and not in circles', async (t) => {
    const { folder, list } = await withFiles(t, { 'a/file': 'x' });
    await symlink('a/file', join(folder, 'link'));
    await symlink('a', join(folder, 'z'));
    await symlink('..', join(folder, 'a/up'));
    await symlink('.', join(folder, 'a/self'));
    assert.deepEqual(await list(), ['a/file', 'link', 'z/file']);
  });

  it('takes a folder twice that two links lead to', async (t) => {
    const { folder, list } = await withFiles(t, { 'real/x': '' });
    await symlink('real', join(folder, 'b'));
    await symlink('real', join(folder, 'a'));
    assert.deepEqual(await list(), ['a/x', 'b/x', 'real/x']);
  });

  it('does not pass over a link that leads nowhere', async (t) => {
    const { folder, list } = await withFiles(t, { a: '' });
    await symlink('nowhere', join(folder, 'b'));
    await assert.rejects(list(), { code: 'JOB_FAILED', message: new RegExp(`cannot read file://${folder}/b: ENOENT`) });
  });

  it('passes over what is neither file nor folder', async (t) => {
    const { folder, list } = await withFiles(t, { a: '' });
    assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0);
    assert.deepEqual(await list(), ['a']);
  });
});

describe('reading files', () => {
  const changes: [about: string, change: (path: string) => Promise<void>][] = [
    ['appended to', (path) => appendFile(path, 'more')],
    ['cut off', (path) => truncate(path, 10)],
    ['written again', (path) => writeFile(path, Buffer.alloc(5_000_000, 'y'))],
  ];
  for (const [about, change] of changes) {
    it(`notices a file that is ${about} while it is read`, async (t) => {
      const { folder, base, store } = await withFiles(t, { a: 'x'.repeat(5_000_000) });
      const reading = store.read(await objectAt(store, `${base}a`), { signal });
      await reading.next();
      await change(join(folder, 'a'));
      await assert.rejects(Array.fromAsync(reading), {
        code: 'JOB_FAILED',
        message: /file:\/\/.*\/a: it changed while/,
      });
    });
  }

  it('says where a folder is in the place of a file', async (t) => {
    const { base, store } = await withFiles(t, { 'a/b': '' });
    assert.equal(await store.head(`${base}a`, signal), undefined);
    await assert.rejects(contentOf(store, { key: `${base}a`, bytes: 1, etag: '' }), { code: 'JOB_FAILED' });
  });
});

describe('writing files', () => {
  it('leaves only the file, in folders that it makes', async (t) => {
    const { folder, base, store } = await withFiles(t);
    await put(store, `${base}new/deep/a`, [Buffer.from('x')]);
    assert.deepEqual(await readdir(join(folder, 'new/deep')), ['a']);
  });

  it('takes a name as long as there can be', async (t) => {
    const { base, store } = await withFiles(t);
    await put(store, base + 'n'.repeat(255), [Buffer.from('x')], { a: '1' });
    assert.deepEqual((await store.head(base + 'n'.repeat(255), signal))?.metadata, { a: '1' });
  });

  it('says which part of a path is in the way', async (t) => {
    const { base, store } = await withFiles(t, { file: '', 'folder/a': '' });
    const expected = {
      code: 'JOB_FAILED',
      message: /cannot write file:\/\/\/.*\/file\/a: .*a part of the path is a file/,
    };
    await assert.rejects(store.create(`${base}file/a`, { signal }), expected);
    const writer = await store.create(`${base}folder`, { signal });
    await assert.rejects(writer.commit(), { code: 'JOB_FAILED', message: /cannot write file:.*there is a folder/ });
    await writer.discard();
  });

  it('leaves nothing when it could not be committed', async (t) => {
    const { folder, base, store } = await withFiles(t, { 'a/b': '' });
    const writer = await store.create(`${base}a`, { signal });
    await assert.rejects(writer.commit());
    await writer.discard();
    assert.deepEqual(await readdir(folder), ['a']);
  });

  it('can go on after a file was restarted', async (t) => {
    const { folder, base, store } = await withFiles(t);
    const writer = await store.create(`${base}a`, { signal });
    await writer.append([Buffer.from('longer')]);
    await writer.restart();
    await writer.append([Buffer.from('b'), Buffer.alloc(0), Buffer.from('c')]);
    await writer.append([Buffer.from('d')]);
    await writer.commit();
    assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'bcd');
  });

  it('takes more pieces at once than the system does', async (t) => {
    const { base, store } = await withFiles(t);
    const pieces = Array.from({ length: 5000 }, (_, index) => Buffer.from(`${index}\n`));
    await put(store, `${base}a`, pieces);
    assert.ok((await contentOf(store, await objectAt(store, `${base}a`))).equals(Buffer.concat(pieces)));
  });
});

describe('what ended processes left', () => {
  const host = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '');
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const cases: [about: string, name: string, stays: boolean][] = [
    ['of one that has ended', `.batchline-${host}-${ended}-0123abcd-1.tmp`, false],
    ['of an earlier one of the same id', `.batchline-${host}-${process.pid}-0123abcd-1.tmp`, false],
    ['of one that runs', `.batchline-${host}-${process.ppid}-0123abcd-1.tmp`, true],
    ['of another machine', `.batchline-${host}x-${ended}-0123abcd-1.tmp`, true],
    ['of nobody we know', '.batchline-other.tmp', true],
    ['of the user', `batchline-${host}-${ended}-0123abcd-1.tmp`, true],
  ];
  for (const [about, name, stays] of cases) {
    it(`${stays ? 'stays' : 'goes'}: ${about}`, async (t) => {
      const { folder, base, store } = await withFiles(t, { [name]: 'x', 'other/a': '' });
      await put(store, `${base}a`, []);
      assert.equal((await readdir(folder)).includes(name), stays);
    });
  }

  it('stays while this process writes it', async (t) => {
    const { base, store } = await withFiles(t);
    const first = await store.create(`${base}a`, { signal });
    await put(createFileStore(), `${base}b`, [Buffer.from('b')]);
    await first.append([Buffer.from('a')]);
    await first.commit();
    assert.equal((await contentOf(store, await objectAt(store, `${base}a`))).toString(), 'a');
  });

  it('is of a process that was killed while it wrote', async (t) => {
    const { folder, base, store } = await withFiles(t);
    const script = `
      import { createFileStore } from './src/storage/file-store.ts';
      const writer = await createFileStore().create(process.argv[1], { signal: AbortSignal.timeout(9999), metadata: { a: '1' } });
      await writer.append([Buffer.from('half')]);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal: by } = spawnSync(process.execPath, ['--input-type=module', '-e', script, `${base}a`]);
    assert.equal(by, 'SIGKILL');
    assert.equal((await readdir(folder)).length, 1);
    assert.deepEqual(await Array.fromAsync(store.list(base, signal)), []);
    await put(store, `${base}b`, []);
    assert.deepEqual(await readdir(folder), ['b']);
  });
});

describe('the metadata of files', () => {
  async function withObject(t: TestContext) {
    const made = await withFiles(t);
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
    const { folder, base, store } = await withFiles(t);
    await put(store, `${base}a`, []);
    assert.deepEqual(await readdir(folder), ['a']);
  });

  it('is kept when several write at once', async (t) => {
    const { base, store } = await withFiles(t);
    const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
    await Promise.all(names.map((name) => put(store, base + name, [Buffer.from(name)], { name })));
    for (const name of names) assert.deepEqual((await store.head(base + name, signal))?.metadata, { name });
  });
});

describe('a folder that cannot be read', () => {
  const skip = process.getuid?.() === 0 && 'root may read everything';
  it('is an error, not an empty listing', { skip }, async (t) => {
    const { folder, list } = await withFiles(t);
    await mkdir(join(folder, 'locked'), { mode: 0 });
    await assert.rejects(list(), { code: 'JOB_FAILED', message: /cannot list file:.*locked.*permissions/ });
  });
  it('cannot be written into', { skip }, async (t) => {
    const { folder, base, store } = await withFiles(t);
    await mkdir(join(folder, 'locked'), { mode: 0o555 });
    const expected = { code: 'JOB_FAILED', message: /cannot write file:.*locked\/a.*permissions/ };
    await assert.rejects(store.create(`${base}locked/a`, { signal }), expected);
  });
});
