import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsent, pathOf, reachable, storageError } from './file-errors.ts';
import { etagOf } from './file-etag.ts';
import type { StoredObject } from './object-store.ts';

/**
 * The regular files whose key begins with `prefix`, as S3 lists keys: hidden ones too, folders entered, links followed,
 * in the order of the keys' UTF-8 bytes. Files that batchline keeps for itself are left out.
 */
export async function* listFiles(prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
  const slash = prefix.lastIndexOf('/') + 1;
  yield* listFolder({ folder: prefix.slice(0, slash), begins: prefix.slice(slash), ancestors: [] }, signal);
}

interface Folder {
  /** Its key; ends with a slash unless it is the root. */
  readonly folder: string;
  /** What the names in it must begin with. */
  readonly begins: string;
  /** The real paths of the folders above it: a link to one of them is a loop. */
  readonly ancestors: readonly string[];
}

async function* listFolder({ folder, begins, ancestors }: Folder, signal: AbortSignal): AsyncGenerator<StoredObject> {
  signal.throwIfAborted();
  const real = await reachable(realpath(pathOf(folder)), 'list', folder);
  if (real === undefined || ancestors.includes(real)) return;
  const entries: Entry[] = [];
  for (const name of (await reachable(readdir(real), 'list', folder)) ?? []) {
    if (!name.startsWith(begins) || name.startsWith('.batchline-')) continue;
    const entry = await entryOf(folder + name);
    if (entry) entries.push(entry);
  }
  // A folder's name counts with its slash, as in the keys of what is in it: `a-b` comes before `a/b`.
  entries.sort((a, b) => Buffer.compare(a.order, b.order));
  for (const { key, object } of entries) {
    if (object) yield object;
    else yield* listFolder({ folder: key, begins: '', ancestors: [...ancestors, real] }, signal);
  }
}

interface Entry {
  readonly key: string;
  readonly order: Buffer;
  /** Of a file. */
  readonly object?: StoredObject;
}

/** A file or a folder; nothing of what is neither, or has gone since the folder was read. */
async function entryOf(key: string): Promise<Entry | undefined> {
  try {
    const found = await stat(pathOf(key), { bigint: true });
    if (found.isDirectory()) return { key: `${key}/`, order: Buffer.from(`${key}/`) };
    if (!found.isFile()) return undefined;
    const object = { key, bytes: Number(found.size), etag: etagOf(found), modified: found.mtime };
    return { key, order: Buffer.from(key), object };
  } catch (error) {
    // A link that leads nowhere is not skipped: an input would be missing from the output without a word.
    if (isAbsent(error) && (await lstat(pathOf(key)).catch(() => undefined)) === undefined) return undefined;
    throw storageError('read', key, error);
  }
}
