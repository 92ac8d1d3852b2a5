import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { ImageSettings } from '../launch-file/launch.ts';
import { type IgnoreRules, readIgnoreRules } from './ignore-file.ts';

/** SageMaker has no Arm instances for transform jobs. */
export const platform = 'linux/amd64';

/** Hexadecimal digits of a tag: 160 bits. */
export const tagLength = 40;
const progressAfterMs = 2000;

export interface HashOptions {
  readonly signal: AbortSignal;
  /** Told now and then while it takes long. */
  readonly onProgress?: (progress: { readonly files: number; readonly bytes: number }) => void;
}

/**
 * A name for what will be built, as a tag: of the context's files as .dockerignore admits them (path, executable bit,
 * content; links by their target), the Dockerfile, build arguments and platform. Times and owners play no part, nor does
 * what a Dockerfile fetches: a base image that has been pulled anew needs `rebuild`.
 * @throws BatchlineError INVALID_INPUT for what cannot be read; the signal's reason
 */
export async function hashContext(
  { context, dockerfile, buildArgs }: Pick<ImageSettings, 'context' | 'dockerfile' | 'buildArgs'>,
  { signal, onProgress }: HashOptions,
): Promise<string> {
  const rules = await readIgnoreRules(context, dockerfile);
  const hash = createHash('sha256');
  const add = (...parts: readonly string[]): void => void hash.update(`${JSON.stringify(parts)}\n`);
  add('platform', platform);
  for (const [name, value] of Object.entries(buildArgs).sort()) add('arg', name, value);
  add('dockerfile', dockerfile, digestOf(await read(join(context, dockerfile), (file) => readFile(file))));
  const meter = progressMeter(onProgress);
  for (const entry of await contextEntries(context, rules, signal)) {
    if (entry.kind === 'link') add('link', entry.path, await readlink(join(context, entry.path)));
    else if (entry.kind === 'folder') add('folder', entry.path);
    else add('file', entry.path, ...(await fileParts(join(context, entry.path), { signal, meter })));
  }
  return hash.digest('hex').slice(0, tagLength);
}

interface Entry {
  /** Relative, with slashes. */
  readonly path: string;
  /** A folder is listed where it has nothing in it: else its files speak for it. */
  readonly kind: 'file' | 'link' | 'folder';
}

/** In an order that does not depend on the machine. */
async function contextEntries(context: string, rules: IgnoreRules, signal: AbortSignal): Promise<Entry[]> {
  const entries = await entriesOf('', { context, rules, signal });
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Walk {
  readonly context: string;
  readonly rules: IgnoreRules;
  readonly signal: AbortSignal;
}

async function entriesOf(folder: string, walk: Walk): Promise<Entry[]> {
  walk.signal.throwIfAborted();
  const found: Entry[] = [];
  const children = await read(join(walk.context, folder), (path) => readdir(path, { withFileTypes: true }));
  for (const child of children) {
    const path = folder === '' ? child.name : `${folder}/${child.name}`;
    const admitted = walk.rules.admits(path);
    if (child.isDirectory()) {
      if (!admitted && !walk.rules.mayAdmitWithin(path)) continue;
      const within = await entriesOf(path, walk);
      found.push(...(within.length === 0 && admitted ? [{ path, kind: 'folder' as const }] : within));
    } else if (admitted && child.isSymbolicLink()) found.push({ path, kind: 'link' });
    else if (admitted && child.isFile()) found.push({ path, kind: 'file' }); // sockets and the like are not sent either
  }
  return found;
}

type Meter = (bytes: number) => void;

async function fileParts(path: string, { signal, meter }: { signal: AbortSignal; meter: Meter }): Promise<string[]> {
  return await read(path, async (file) => {
    const { mode, size } = await stat(file);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, { signal });
    meter(size);
    // Of the mode only what git keeps: the rest is a matter of the umask.
    return [(mode & 0o100) === 0 ? '-' : 'x', hash.digest('hex')];
  });
}

function progressMeter(onProgress: HashOptions['onProgress']): Meter {
  let [files, bytes, toldAt] = [0, 0, Date.now()];
  return (size) => {
    files += 1;
    bytes += size;
    if (Date.now() - toldAt < progressAfterMs) return;
    toldAt = Date.now();
    onProgress?.({ files, bytes });
  };
}

async function read<T>(path: string, how: (path: string) => Promise<T>): Promise<T> {
  try {
    return await how(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error.cause ?? error;
    const message = `${path}: cannot be read for the image's build context: ${messageOf(error)}`;
    throw new BatchlineError('INVALID_INPUT', message, { cause: error });
  }
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
