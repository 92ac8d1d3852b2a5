import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';

const signal = AbortSignal.timeout(60_000);

/** Why no file system can be mounted here; false if one can. */
const withoutMounts = process.getuid?.() !== 0 ? 'only root may mount a file system' : !mounts() && 'mount fails here';

function mounts(): boolean {
  const probe = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return probe.status === 0;
}

/** A folder on a disk of its own. */
async function disk(t: TestContext, options: string): Promise<{ folder: string; remount: (options: string) => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-disk-'));
  const mount = (...args: string[]): void => {
    const { status, stderr } = spawnSync('mount', [...args, folder]);
    assert.equal(status, 0, stderr.toString());
  };
  mount('-t', 'tmpfs', '-o', options, 'tmpfs');
  t.after(async () => {
    spawnSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  return { folder, remount: (changed) => mount('-o', `remount,${changed}`) };
}

describe('writing files to a disk', { skip: withoutMounts }, () => {
  it('that is full says so, and leaves what was there', async (t) => {
    const { folder } = await disk(t, 'size=1m');
    await writeFile(join(folder, 'a'), 'old');
    const store = createFileStore();
    const writer = await store.create(`${folder.slice(1)}/a`, { signal });
    await assert.rejects(writer.append([Buffer.alloc(2 * 1024 * 1024)]), {
      code: 'JOB_FAILED',
      message: new RegExp(`^cannot write file://${folder}/a: ENOSPC.*free some space`),
    });
    await writer.discard();
    assert.deepEqual(await readdir(folder), ['a']);
    assert.equal((await store.head(`${folder.slice(1)}/a`, signal))?.bytes, 3);
  });

  it('that is full when the metadata is noted shows nothing', async (t) => {
    const { folder } = await disk(t, 'size=64k');
    const store = createFileStore();
    const writer = await store.create(`${folder.slice(1)}/a`, { signal, metadata: { a: '1' } });
    await writer.append([Buffer.alloc(64 * 1024)]);
    await assert.rejects(writer.commit(), { code: 'JOB_FAILED', message: /ENOSPC/ });
    await writer.discard();
    assert.equal(await store.head(`${folder.slice(1)}/a`, signal), undefined);
    assert.deepEqual(await Array.fromAsync(store.list(`${folder.slice(1)}/`, signal)), []);
  });

  it('that is read-only says so', async (t) => {
    const { folder, remount } = await disk(t, 'size=1m');
    remount('ro');
    const expected = { code: 'JOB_FAILED', message: new RegExp(`^cannot write file://${folder}/a: EROFS.*read-only`) };
    await assert.rejects(createFileStore().create(`${folder.slice(1)}/a`, { signal }), expected);
  });

  it('that is read-only does not lose what is removed without a word', async (t) => {
    const { folder, remount } = await disk(t, 'size=1m');
    const writer = await createFileStore().create(`${folder.slice(1)}/a`, { signal });
    await writer.append([Buffer.from('x')]);
    await writer.commit();
    remount('ro');
    await assert.rejects(createFileStore().remove(`${folder.slice(1)}/a`, signal), {
      message: /cannot remove file:.*EROFS/,
    });
  });
});
