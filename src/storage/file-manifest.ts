import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathOf, reachable } from './file-errors.ts';
import type { Metadata, StoredObject } from './object-store.ts';

const manifestName = '.batchline-manifest.jsonl';
const newline = 0x0a;

type Noted = StoredObject & { readonly metadata: Metadata };

interface Folder {
  /** How far the manifest has been read: it only grows. */
  readonly bytes: number;
  readonly inode: bigint;
  readonly notes: Map<string, Note>;
}

interface Note {
  readonly name: string;
  readonly bytes: number;
  readonly etag: string;
  readonly metadata: Metadata;
}

/**
 * The metadata of files, which have no place for it: a line a commit in `.batchline-manifest.jsonl` of their folder,
 * `{"name":…,"bytes":…,"etag":…,"metadata":{…}}`. The last line of a name counts, and only while the file is that one.
 */
export class FileManifests {
  readonly #folders = new Map<string, Folder>();

  /** @returns nothing also for a file that somebody else has written since */
  async metadataOf({ key, bytes, etag }: StoredObject): Promise<Metadata> {
    const note = (await this.#notes(key)).get(basename(key));
    return note && note.bytes === bytes && note.etag === etag ? note.metadata : {};
  }

  /** Appends a line in one write, so that several processes may share a folder. */
  async note({ key, bytes, etag, metadata }: Noted): Promise<void> {
    const handle = await open(manifestOf(key), 'a+');
    try {
      const { size } = await handle.stat();
      const last = size === 0 ? undefined : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
      const line = `${JSON.stringify({ name: basename(key), bytes, etag, metadata } satisfies Note)}\n`;
      // A process that was killed while it wrote may have left half a line.
      await handle.appendFile(last === undefined || last === newline ? line : `\n${line}`);
    } finally {
      await handle.close();
    }
  }

  async #notes(key: string): Promise<ReadonlyMap<string, Note>> {
    const path = manifestOf(key);
    const handle = await reachable(open(path), 'read', path.slice(1));
    if (!handle) return new Map();
    try {
      const { size, ino } = await handle.stat({ bigint: true });
      const known = this.#folders.get(path);
      const usable = known && known.inode === ino && known.bytes <= Number(size);
      const { bytes, notes } = usable ? known : { bytes: 0, notes: new Map<string, Note>() };
      const added = Buffer.alloc(Number(size) - bytes);
      const { bytesRead } = await handle.read(added, 0, added.length, bytes);
      const whole = added.subarray(0, bytesRead).lastIndexOf(newline) + 1;
      for (const line of added.toString('utf8', 0, whole).split('\n')) {
        const note = parse(line);
        if (note) notes.set(note.name, note);
      }
      this.#folders.set(path, { bytes: bytes + whole, inode: ino, notes });
      return notes;
    } finally {
      await handle.close();
    }
  }
}

function manifestOf(key: string): string {
  return join(dirname(pathOf(key)), manifestName);
}

/** A line that is torn, or not ours, says nothing. */
function parse(line: string): Note | undefined {
  try {
    const { name, bytes, etag, metadata } = JSON.parse(line) as Partial<Note>;
    if (typeof name !== 'string' || typeof bytes !== 'number' || typeof etag !== 'string') return undefined;
    return metadata && typeof metadata === 'object' ? { name, bytes, etag, metadata } : undefined;
  } catch {
    return undefined;
  }
}
