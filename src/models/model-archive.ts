import { mkdir, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ReadEntry } from 'tar';
import { BatchlineError, messageOf } from '../errors.ts';

/** SageMaker's volume for a model is of 30 GB; a million files is far beyond any model. */
export interface ArchiveLimits {
  readonly maxBytes: number;
  readonly maxEntries: number;
}

const sageMakerLimits: ArchiveLimits = { maxBytes: 30e9, maxEntries: 1e6 };

/**
 * Unpacks a model.tar.gz (or a plain tar) into a folder, which is made. Everything in it can be read by every user, as a
 * container may run as any. Files that would lie outside the folder, links that lead out of it, devices, and more than
 * `limits` allow (30 GB, a million entries by default) are refused.
 * @param name of the archive, for messages
 * @throws BatchlineError INVALID_MODEL with the entry and what is wrong with it; what was unpacked remains
 */
export async function unpackModel(
  content: AsyncIterable<Buffer>,
  { name, folder, limits = sageMakerLimits }: { name: string; folder: string; limits?: ArchiveLimits },
): Promise<void> {
  const tar = await import('tar'); // 20 ms that only archives cost
  await mkdir(folder, { mode: 0o755, recursive: true });
  const guard = new Guard(limits);
  const unpack = new tar.UnpackSync({
    cwd: folder,
    strict: true,
    filter: (_, entry) => guard.admits(entry as ReadEntry),
    maxDecompressionRatio: Number.POSITIVE_INFINITY, // zeros are packed by 1:1000, and `limits` bound what is written
    preserveOwner: false,
    chmod: true,
    processUmask: 0,
    dmode: 0o755,
  });
  let failure: Error | undefined;
  unpack.on('error', (error) => (failure ??= error));
  const check = (): void => {
    const why = guard.refusal ?? failure?.message;
    if (why !== undefined) throw new Error(why, { cause: failure });
  };
  try {
    for await (const chunk of content) {
      unpack.write(chunk); // synchronously, so that nothing is written any more when the folder is removed
      check();
    }
    unpack.end();
    check();
  } catch (error) {
    if (error instanceof BatchlineError) throw error;
    throw new BatchlineError('INVALID_MODEL', `${name}: cannot be unpacked: ${messageOf(error)}`, { cause: error });
  }
}

class Guard {
  readonly #limits: ArchiveLimits;
  #bytes = 0;
  #entries = 0;
  /** Why the archive as a whole is refused. */
  refusal: string | undefined;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  admits(entry: ReadEntry): boolean {
    this.#entries += 1;
    this.#bytes += entry.size;
    this.refusal ??= this.#wrongWith(entry);
    const directory = entry.type === 'Directory' || entry.type === 'GNUDumpDir';
    entry.mode = (entry.mode ?? 0) | (directory ? 0o755 : 0o644);
    return this.refusal === undefined;
  }

  #wrongWith({ path, type, linkpath }: ReadEntry): string | undefined {
    const { maxBytes, maxEntries } = this.#limits;
    if (this.#entries > maxEntries) return `expected at most ${maxEntries} entries, received more`;
    if (this.#bytes > maxBytes) return `expected at most ${maxBytes} bytes, received more by "${path}"`;
    if (!allowedTypes.has(type)) return `"${path}": expected a file, a folder or a link, received ${type}`;
    if (isOutside(path)) return `"${path}": expected a path within the archive`;
    if (linkpath === undefined || linkpath === '') return undefined;
    // A symbolic link is relative to where it lies, a hard link to the root.
    const target = type === 'SymbolicLink' ? posix.join(posix.dirname(path), linkpath) : linkpath;
    if (!posix.isAbsolute(linkpath) && !isOutside(target)) return undefined;
    return `"${path}": expected a link to a path within the archive, received one to "${linkpath}"`;
  }
}

const allowedTypes = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir', 'Link', 'SymbolicLink']);

function isOutside(path: string): boolean {
  return posix.isAbsolute(path) || posix.normalize(path).split('/')[0] === '..';
}

/**
 * Refuses the archive whose model lies one folder down: what a container finds is the archive's root, on SageMaker too.
 * @throws BatchlineError INVALID_MODEL
 */
export async function refuseWrapped(folder: string, name: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const [only] = entries;
  if (entries.length !== 1 || !only?.isDirectory()) return;
  const inner = await readdir(join(folder, only.name));
  if (!inner.includes('model.json') && !inner.includes('code')) return;
  throw new BatchlineError(
    'INVALID_MODEL',
    `${name}: expected the model at the archive's root, as SageMaker unpacks it into /opt/ml/model; ` +
      `received it in the folder "${only.name}". Pack it with: tar -czf model.tar.gz -C ${only.name} .`,
  );
}
