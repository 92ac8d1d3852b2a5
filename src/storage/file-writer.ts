import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent, pathOf, storageError } from './file-errors.ts';
import { etagOf } from './file-etag.ts';
import { temporaryName } from './leftovers.ts';
import type { ObjectWriter } from './object-store.ts';

/**
 * A file that is written beside its place under another name, and takes the place in a single step. It is not synced:
 * that would cost more than the writing, and only a machine that loses its power can undo what was committed; a resumed
 * run sees that by the size it noted.
 * @param beforeCommit is told the version and the size that the file will have
 */
export async function createFileWriter(
  key: string,
  beforeCommit: (etag: string, bytes: number) => Promise<void>,
): Promise<ObjectWriter> {
  const path = pathOf(key);
  // Not made from the name of the object, which may be as long as the file system allows.
  const temporary = `${dirname(path)}/${temporaryName()}`;
  const explained = async <T>(write: () => Promise<T>): Promise<T> => {
    try {
      return await write();
    } catch (error) {
      throw storageError('write', key, error);
    }
  };
  const handle = await explained(async () => {
    await makeFolder(dirname(path));
    return open(temporary, 'wx');
  });
  let bytes = 0;
  return {
    append: (pieces) =>
      explained(async () => {
        bytes += await writeAll(handle, pieces, bytes);
      }),
    restart: () =>
      explained(async () => {
        await handle.truncate(0);
        bytes = 0;
      }),
    commit: () =>
      explained(async () => {
        const found = await handle.stat({ bigint: true });
        await handle.close();
        // First the note: without its file it is ignored, while a file without its note would be made again.
        await beforeCommit(etagOf(found), bytes);
        await rename(temporary, path);
      }),
    discard: async () => {
      await handle.close().catch(() => undefined); // closed already, if it was the renaming that failed
      await explained(() => rm(temporary, { force: true }));
    },
  };
}

/** With the folders above it. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // Node answers so where a folder above cannot be made, on a read-only disk for example; only mkdir itself says why.
    if (!isAbsent(error) || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** @returns how many bytes there were: a disk may take only a part at a time */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], position: number): Promise<number> {
  let rest = pieces.filter((piece) => piece.length > 0);
  let written = 0;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, position + written);
    written += bytesWritten;
    rest = after(rest, bytesWritten);
  }
  return written;
}

function after(pieces: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  const rest: Buffer[] = [];
  for (const piece of pieces) {
    if (left < piece.length) rest.push(piece.subarray(left));
    left = Math.max(0, left - piece.length);
  }
  return rest;
}
