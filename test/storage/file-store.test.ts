import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';
import { fileUri, openStores } from '../../src/storage/open-store.ts';
import { contentOf, objectAt, objectStoreContract, put } from '../contracts/object-store.ts';
import { fileStore } from '../support/file-store.ts';
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

describe('listing files', () => {
  it('leaves out what batchline keeps for itself, in every folder', async (t) => {
    const { list } = await fileStore(t, { [manifest]: '{}\n', 'a/.batchline-x-1.tmp': '', 'a/b': '', '.batchlin': '' });
    assert.deepEqual(await list(), ['.batchlin', 'a/b']);
  });

  it('follows links to files and folders, and not in circles', async (t) => {
    const { folder, list } = await fileStore(t, { 'a/file': 'x' });
    await symlink('a/file', join(folder, 'link'));
    await symlink('a', join(folder, 'z'));
    await symlink('..', join(folder, 'a/up'));
    await symlink('.', join(folder, 'a/self'));
    assert.deepEqual(await list(), ['a/file', 'link', 'z/file']);
  });

  it('takes a folder twice that two links lead to', async (t) => {
    const { folder, list } = await fileStore(t, { 'real/x': '' });
    await symlink('real', join(folder, 'b'));
    await symlink('real', join(folder, 'a'));
    assert.deepEqual(await list(), ['a/x', 'b/x', 'real/x']);
  });

  it('does not pass over a link that leads nowhere', async (t) => {
    const { folder, list } = await fileStore(t, { a: '' });
    await symlink('nowhere', join(folder, 'b'));
    await assert.rejects(list(), { code: 'JOB_FAILED', message: new RegExp(`cannot read file://${folder}/b: ENOENT`) });
  });

  it('passes over what is neither file nor folder', async (t) => {
    const { folder, list } = await fileStore(t, { a: '' });
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
      const { folder, base, store } = await fileStore(t, { a: 'x'.repeat(5_000_000) });
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
    const { base, store } = await fileStore(t, { 'a/b': '' });
    assert.equal(await store.head(`${base}a`, signal), undefined);
    await assert.rejects(contentOf(store, { key: `${base}a`, bytes: 1, etag: '' }), { code: 'JOB_FAILED' });
  });
});

describe('writing files', () => {
  it('leaves only the file, in folders that it makes', async (t) => {
    const { folder, base, store } = await fileStore(t);
    await put(store, `${base}new/deep/a`, [Buffer.from('x')]);
    assert.deepEqual(await readdir(join(folder, 'new/deep')), ['a']);
  });

  it('takes a name as long as there can be', async (t) => {
    const { base, store } = await fileStore(t);
    await put(store, base + 'n'.repeat(255), [Buffer.from('x')], { a: '1' });
    assert.deepEqual((await store.head(base + 'n'.repeat(255), signal))?.metadata, { a: '1' });
  });

  it('says which part of a path is in the way', async (t) => {
    const { base, store } = await fileStore(t, { file: '', 'folder/a': '' });
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
    const { folder, base, store } = await fileStore(t, { 'a/b': '' });
    const writer = await store.create(`${base}a`, { signal });
    await assert.rejects(writer.commit());
    await writer.discard();
    assert.deepEqual(await readdir(folder), ['a']);
  });

  it('can go on after a file was restarted', async (t) => {
    const { folder, base, store } = await fileStore(t);
    const writer = await store.create(`${base}a`, { signal });
    await writer.append([Buffer.from('longer')]);
    await writer.restart();
    await writer.append([Buffer.from('b'), Buffer.alloc(0), Buffer.from('c')]);
    await writer.append([Buffer.from('d')]);
    await writer.commit();
    assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'bcd');
  });

  it('takes more pieces at once than the system does', async (t) => {
    const { base, store } = await fileStore(t);
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
      const { folder, base, store } = await fileStore(t, { [name]: 'x', 'other/a': '' });
      await put(store, `${base}a`, []);
      assert.equal((await readdir(folder)).includes(name), stays);
    });
  }

  it('stays while this process writes it', async (t) => {
    const { base, store } = await fileStore(t);
    const first = await store.create(`${base}a`, { signal });
    await put(createFileStore(), `${base}b`, [Buffer.from('b')]);
    await first.append([Buffer.from('a')]);
    await first.commit();
    assert.equal((await contentOf(store, await objectAt(store, `${base}a`))).toString(), 'a');
  });

  it('is of a process that was killed while it wrote', async (t) => {
    const { folder, base, store } = await fileStore(t);
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

describe('a folder that cannot be read', () => {
  const skip = process.getuid?.() === 0 && 'root may read everything';
  it('is an error, not an empty listing', { skip }, async (t) => {
    const { folder, list } = await fileStore(t);
    await mkdir(join(folder, 'locked'), { mode: 0 });
    await assert.rejects(list(), { code: 'JOB_FAILED', message: /cannot list file:.*locked.*permissions/ });
  });
  it('cannot be written into', { skip }, async (t) => {
    const { folder, base, store } = await fileStore(t);
    await mkdir(join(folder, 'locked'), { mode: 0o555 });
    const expected = { code: 'JOB_FAILED', message: /cannot write file:.*locked\/a.*permissions/ };
    await assert.rejects(store.create(`${base}locked/a`, { signal }), expected);
  });
});

it('an abort at any moment of a read is thrown once, where it can be caught', async (t) => {
  const folder = await temporaryFolder(t, { x: 'x'.repeat(100_000) });
  const { store, key } = openStores()(fileUri(join(folder, 'x')));
  const object = await store.head(key, new AbortController().signal);
  assert.ok(object);
  const stray: unknown[] = [];
  const note = (error: unknown): void => void stray.push(error);
  process.on('uncaughtException', note);
  t.after(() => process.off('uncaughtException', note));
  for (let turns = 0; turns < 40; turns += 1) {
    const stop = new AbortController();
    const reading = Array.fromAsync(store.read(object, { signal: stop.signal })).catch((error) => error);
    for (let turn = 0; turn < turns % 20; turn += 1) await new Promise(setImmediate);
    stop.abort(new Error('stopped'));
    await reading;
  }
  await new Promise(setImmediate);
  assert.deepEqual(stray, []);
});
