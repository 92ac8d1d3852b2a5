import { open, rm, stat } from 'node:fs/promises';
import { pathOf, reachable, storageError } from './file-errors.ts';
import { etagOf } from './file-etag.ts';
import { FileManifests } from './file-manifest.ts';
import { createFileWriter } from './file-writer.ts';
import { removeLeftovers } from './leftovers.ts';
import { listFiles } from './list-files.ts';
import type { ObjectStore, ReadOptions, StoredObject } from './object-store.ts';

/** Large enough that a read costs little beside sending what it brought, small beside a mini-batch. */
const chunkBytes = 1024 * 1024;

/** All files of this machine; a key is an absolute path without its leading slash. */
export function createFileStore(): ObjectStore {
  const manifests = new FileManifests();
  const cleaned = new Set<string>();
  return {
    root: 'file:///',
    list: listFiles,
    read: readFileObject,
    async head(key, signal) {
      signal.throwIfAborted();
      const path = pathOf(key);
      const found = await reachable(stat(path, { bigint: true }), 'read', key);
      if (!found?.isFile()) return undefined;
      const object = { key, bytes: Number(found.size), etag: etagOf(found), modified: found.mtime };
      return { ...object, metadata: await manifests.metadataOf(object) };
    },
    async create(key, { signal, metadata }) {
      signal.throwIfAborted();
      const writer = await createFileWriter(key, async (etag, bytes) => {
        if (metadata) await manifests.note({ key, bytes, etag, metadata });
      });
      await removeLeftovers(key, cleaned);
      return writer;
    },
    async remove(key, signal) {
      signal.throwIfAborted();
      await rm(pathOf(key), { force: true }).catch((error) => {
        throw storageError('remove', key, error);
      });
    },
  };
}

/** A range of a file, which must stay the one that was listed until the last byte is read. */
async function* readFileObject(object: StoredObject, options: ReadOptions): AsyncGenerator<Buffer> {
  const { signal, start = 0, end = object.bytes } = options;
  signal.throwIfAborted();
  const { key } = object;
  const handle = await open(pathOf(key)).catch((error) => {
    throw storageError('read', key, error);
  });
  try {
    const check = async (when: string): Promise<void> => {
      const etag = etagOf(await handle.stat({ bigint: true }));
      if (etag !== object.etag) {
        throw storageError('read', key, `it changed ${when} (expected version ${object.etag}, found ${etag})`);
      }
    };
    await check('since it was listed');
    let left = end - start;
    // A stream that is given a signal which has been aborted throws twice, once where nobody can catch it.
    signal.throwIfAborted();
    if (left > 0) {
      const stream = handle.createReadStream({
        start,
        end: end - 1,
        highWaterMark: chunkBytes,
        autoClose: false,
        signal,
      });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        left -= chunk.length;
        yield chunk;
      }
    }
    await check('while it was read');
    if (left > 0) throw storageError('read', key, `it ends ${left} bytes before byte ${end}`);
  } catch (error) {
    signal.throwIfAborted();
    throw storageError('read', key, error);
  } finally {
    await handle.close();
  }
}
