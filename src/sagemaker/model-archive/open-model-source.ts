import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BatchlineError, messageOf } from '../../errors.ts';
import { refuseWrapped, unpackModel } from '../../models/model-archive.ts';
import { fetchDvc } from '../../storage/dvc/fetch-dvc.ts';
import { removeLeftovers, temporaryName } from '../../storage/leftovers.ts';
import { isUri, type OpenStore } from '../../storage/open-store.ts';
import { readLocalFile } from '../../storage/read-local-file.ts';
import type { Tell } from '../tell.ts';
import { byteProgress } from './progress.ts';

/** A model that can be read until it is closed. */
export interface OpenedModel {
  /** With the model's files, unpacked if they come as an archive; undefined for an archive on S3. */
  readonly folder: string | undefined;
  /** The file that `folder` was unpacked from, which is uploaded as it is. */
  readonly archive?: string;
  /** For messages and lineage: what was given and, of DVC, the md5. */
  readonly source: string;
  close(): Promise<void>;
}

export interface OpenModelOptions {
  readonly openStore: OpenStore;
  readonly signal: AbortSignal;
  /** What paths are relative to; the working directory by default. */
  readonly cwd?: string;
  /** Where outputs of DVC's are kept; by default in the user's caches. */
  readonly cache?: string;
  /** Told while an output of DVC's is fetched that takes over two seconds. */
  readonly tell?: Tell;
}

/**
 * The model that a launch file names: a folder, a model.tar.gz, `dvc://path@rev`, or an archive that is on S3 already.
 * @throws BatchlineError INVALID_MODEL, also for an archive that does not unpack or has the model one folder down;
 *   INVALID_INPUT or JOB_FAILED from DVC; the signal's reason
 */
export async function openModelSource(path: string, options: OpenModelOptions): Promise<OpenedModel> {
  const { signal, cwd = '.' } = options;
  signal.throwIfAborted();
  if (path.startsWith('s3://')) return opened({ folder: undefined, source: path });
  if (path.startsWith('dvc://')) return openDvc(path, options);
  if (isUri(path)) {
    throw invalid(`${path}: expected a folder, a model.tar.gz, dvc://path@rev or s3://bucket/…/model.tar.gz`);
  }
  return openLocal(resolve(cwd, path), path, signal);
}

async function openDvc(uri: string, options: OpenModelOptions): Promise<OpenedModel> {
  const { tell, signal } = options;
  const progress = tell === undefined ? {} : { onBytes: byteProgress({ tell, what: `Fetching ${uri}` }) };
  const fetched = await fetchDvc(uri, { ...options, ...progress });
  const commit = fetched.commit === undefined ? '' : `, commit ${fetched.commit}`;
  const source = `${uri} (md5 ${fetched.md5}${commit})`;
  return openLocal(fetched.path, source, signal);
}

async function openLocal(path: string, source: string, signal: AbortSignal): Promise<OpenedModel> {
  const found = await stat(path).catch((error: unknown) => {
    throw invalid(`${source}: expected a model folder or a model.tar.gz (${messageOf(error)})`, error);
  });
  if (found.isDirectory()) return opened({ folder: path, source });
  if (!found.isFile()) throw invalid(`${source}: expected a model folder or a model.tar.gz`);
  // Our own folder, which only we may enter, with the model in one that a container's user may read.
  const temporary = join(resolve(tmpdir()), temporaryName());
  await removeLeftovers(temporary.slice(1), new Set()); // a process that was killed leaves its models
  await mkdir(temporary, { mode: 0o700 });
  const close = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    const folder = join(temporary, 'model');
    await unpackModel(readLocalFile(path, signal), { name: source, folder });
    await refuseWrapped(folder, source);
    return { folder, archive: path, source, close };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw error;
  }
}

function opened(model: Pick<OpenedModel, 'folder' | 'source'>): OpenedModel {
  return { ...model, close: async () => undefined };
}

function invalid(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_MODEL', message, cause === undefined ? {} : { cause });
}
