import { createHash } from 'node:crypto';
import { BatchlineError } from '../../../src/errors.ts';
import type { Metadata, ObjectStore, StoredObject } from '../../../src/storage/object-store.ts';
import type { OpenStore } from '../../../src/storage/open-store.ts';

interface Kept extends StoredObject {
  readonly body: Buffer;
  readonly metadata: Metadata;
}

/** A bucket in memory that can compose, for tests that make thousands of calls. By key. */
export function memoryStore(): { store: ObjectStore; objects: Map<string, Buffer>; openStore: OpenStore } {
  const objects = new Map<string, Buffer>();
  const written = new Map<string, { readonly metadata: Metadata; readonly modified: Date }>();
  const root = 's3://bucket/';
  const look = (key: string): Kept | undefined => {
    const body = objects.get(key);
    const etag = createHash('md5')
      .update(body ?? '')
      .digest('hex');
    return body && { key, bytes: body.length, etag, body, metadata: {}, ...written.get(key) };
  };
  const bodyOf = ({ key, etag }: StoredObject): Buffer => {
    const found = look(key);
    if (found?.etag === etag) return found.body;
    throw new BatchlineError('JOB_FAILED', `${root}${key}: expected version ${etag}, found ${found?.etag}`);
  };
  const store: ObjectStore = {
    root,
    async *list(prefix, signal) {
      signal.throwIfAborted();
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      for (const key of keys) {
        const found = look(key);
        if (found) yield withoutBody(found);
      }
    },
    async head(key, signal) {
      signal.throwIfAborted();
      const found = look(key);
      return found && { ...withoutBody(found), metadata: found.metadata };
    },
    async *read(object, { signal, start = 0, end = object.bytes }) {
      signal.throwIfAborted();
      const body = bodyOf(object);
      if (end > body.length) throw new BatchlineError('JOB_FAILED', `${root}${object.key} ends before ${end}`);
      for (let at = start; at < end; at += 1024 * 1024) {
        signal.throwIfAborted();
        yield body.subarray(at, Math.min(end, at + 1024 * 1024));
      }
    },
    async create(key, { signal, metadata = {} }) {
      signal.throwIfAborted();
      const pieces: Buffer[] = [];
      const restart = async (): Promise<void> => void pieces.splice(0);
      return {
        async append(more) {
          signal.throwIfAborted();
          pieces.push(...more.map((piece) => Buffer.from(piece)));
        },
        restart,
        async commit() {
          objects.set(key, Buffer.concat(pieces));
          written.set(key, { metadata, modified: new Date() });
        },
        discard: restart,
      };
    },
    async remove(key, signal) {
      signal.throwIfAborted();
      objects.delete(key);
    },
    async compose(key, pieces, { signal }) {
      signal.throwIfAborted();
      const bodies = pieces.map(({ object, start, end }) => bodyOf(object).subarray(start, end));
      objects.set(key, Buffer.concat(bodies));
    },
  };
  return { store, objects, openStore: (uri) => ({ store, key: uri.slice(root.length) }) };
}

function withoutBody({ body: _, metadata: _metadata, ...object }: Kept): StoredObject {
  return object;
}
