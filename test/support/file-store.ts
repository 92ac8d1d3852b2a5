import type { TestContext } from 'node:test';
import { createFileStore } from '../../src/storage/file-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A store over a folder with these files: `base` is the key of the folder, `list` gives the keys below it. */
export async function fileStore(t: TestContext, files: Record<string, string> = {}) {
  const folder = await temporaryFolder(t, files);
  const base = `${folder.slice(1)}/`;
  const store = createFileStore();
  const list = async (prefix = ''): Promise<string[]> =>
    (await Array.fromAsync(store.list(base + prefix, AbortSignal.timeout(60_000)))).map(({ key }) =>
      key.slice(base.length),
    );
  return { folder, base, store, list };
}
