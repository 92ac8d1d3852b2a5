import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';
import { disk, withoutMounts } from './support/disk.ts';

const signal = AbortSignal.timeout(60_000);

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
