import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Why no file system can be mounted here; false if one can. */
export const withoutMounts =
  process.getuid?.() !== 0 ? 'only root may mount a file system' : !mounts() && 'mount fails here';

function mounts(): boolean {
  const probe = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return probe.status === 0;
}

/** A folder on a disk of its own. */
export async function disk(
  t: TestContext,
  options: string,
): Promise<{ folder: string; remount: (options: string) => void }> {
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
