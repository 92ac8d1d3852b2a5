import { createWriteStream } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import { removeLeftovers, temporaryName } from '../leftovers.ts';
import { readLocalFile } from '../read-local-file.ts';
import { dvcError } from './dvc-error.ts';
import { md5Check } from './md5-check.ts';
import { type DvcFile, type DvcOptions, type DvcOutput, defaultCache, resolveDvc } from './resolve-dvc.ts';
import { entryOf, listingPath } from './stored-listing.ts';

/** An output of a DVC project, on this machine. */
export interface FetchedDvc {
  /** A file, or a folder; not to be changed. */
  readonly path: string;
  readonly isFolder: boolean;
  /** 32 hexadecimal digits; of a folder the md5 of its listing, without `.dir`. */
  readonly md5: string;
  /** What the revision is; undefined for the working tree. */
  readonly commit: string | undefined;
  /** The metafile and the place in it that says so. */
  readonly place: string;
}

/** Small files are mostly waiting. */
const filesAtOnce = 8;

/**
 * Fetches `dvc://path@rev` from the project's cache or its remote into a cache of our own, by md5. What comes and what
 * was there already is checked, every time: neither S3 nor `dvc pull` would say that an object has been replaced. Safe
 * beside other processes: an entry is made elsewhere and moved to its place in one step.
 * @throws BatchlineError as `resolveDvc`; the signal's reason
 */
export async function fetchDvc(uri: string, options: DvcOptions): Promise<FetchedDvc> {
  const { signal, cache = defaultCache() } = options;
  const output = await resolveDvc(uri, options);
  const { md5, isFolder, commit, place } = output;
  const entry = entryOf(cache, md5, isFolder);
  const path = join(entry, isFolder ? 'data' : basename(output.path));
  const fetched = { path, isFolder, md5, commit, place };
  if (await isIntact(path, output, signal)) return fetched;
  try {
    await make(output, { ...options, cache, entry, path });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BatchlineError) throw error;
    throw dvcError(`${uri}: cannot be kept in ${cache}: ${messageOf(error)}`, error);
  }
  return fetched;
}

interface Making extends DvcOptions {
  readonly cache: string;
  readonly entry: string;
  readonly path: string;
}

async function make(output: DvcOutput, making: Making): Promise<void> {
  const { cache, entry, path, signal } = making;
  await mkdir(cache, { recursive: true });
  const temporary = join(cache, temporaryName());
  await removeLeftovers(temporary.slice(1), new Set());
  await mkdir(temporary);
  try {
    const target = join(temporary, basename(path));
    await fetchFiles(output, target, making);
    if (output.listing !== undefined) await writeFile(listingPath(temporary), output.listing);
    await mkdir(dirname(entry), { recursive: true });
    if (output.isFolder) await placeFolder(temporary, { entry, path, output, signal });
    else {
      await mkdir(entry, { recursive: true });
      await rename(target, path);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Where another process was quicker its folder is as good; one that is damaged goes. */
async function placeFolder(
  temporary: string,
  { entry, path, output, signal }: { entry: string; path: string; output: DvcOutput; signal: AbortSignal },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await rename(temporary, entry);
    } catch (error) {
      const isThere = ['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code));
      if (!isThere || tries === 5) throw error;
    }
    if (await isIntact(path, output, signal)) return;
    const away = join(dirname(temporary), temporaryName());
    await rename(entry, away).catch(() => undefined); // another process may have done so
    await rm(away, { recursive: true, force: true });
  }
}

async function fetchFiles(output: DvcOutput, target: string, { signal, onBytes }: Making): Promise<void> {
  if (output.isFolder) await mkdir(target, { recursive: true });
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  const queue = output.files.values();
  const sizes: number[] = [];
  const work = async (): Promise<void> => {
    for (const file of queue) {
      const path = join(target, file.relpath);
      await mkdir(dirname(path), { recursive: true });
      sizes.push(await fetchFile(output, file, { path, signal: ending, onBytes }));
    }
  };
  const workers = Array.from({ length: filesAtOnce }, () =>
    work().catch((error: unknown) => {
      stopping.abort(error);
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  signal.throwIfAborted();
  if (failed) throw stopping.signal.reason;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (output.size !== undefined && output.size !== bytes) {
    throw dvcError(`${output.place}: size: expected ${output.size} bytes, received ${bytes} in ${sizes.length} files`);
  }
}

async function fetchFile(
  { objects }: DvcOutput,
  { md5, size, inner, cloud, isExecutable }: DvcFile,
  { path, signal, onBytes }: { path: string; signal: AbortSignal; onBytes: DvcOptions['onBytes'] },
): Promise<number> {
  let bytes = 0;
  const counted = async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      onBytes?.(piece.length);
      yield piece;
    }
  };
  // Written over from the beginning, should it come from elsewhere once more.
  const write = (content: AsyncIterable<Buffer>) => pipeline(counted(content), createWriteStream(path), { signal });
  await objects.read({ name: md5, size, inner, cloud }, write, signal);
  await chmod(path, isExecutable ? 0o755 : 0o644);
  return bytes;
}

/** Whether what is there is all of the output and nothing else. */
async function isIntact(path: string, output: DvcOutput, signal: AbortSignal): Promise<boolean> {
  const { files, isFolder } = output;
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isDirectory() !== isFolder) return false;
  if (isFolder && (await countFiles(path)) !== files.length) return false;
  for (const file of files) {
    if (!(await hasMd5(join(path, file.relpath), file.md5, { isLegacy: output.isLegacy, signal }))) return false;
  }
  return true;
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory()).length;
}

async function hasMd5(
  path: string,
  md5: string,
  { isLegacy, signal }: { isLegacy: boolean; signal: AbortSignal },
): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile()) return false;
  const check = md5Check(md5, isLegacy);
  for await (const piece of readLocalFile(path, signal)) check.update(piece);
  return check.matches();
}
