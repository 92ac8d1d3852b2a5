import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchlineError } from '../../errors.ts';
import type { OpenStore } from '../open-store.ts';
import { readLocalFile } from '../read-local-file.ts';
import { dvcError } from './dvc-error.ts';
import { md5Check } from './md5-check.ts';
import { type DvcRemote, openRemote } from './open-remote.ts';
import type { DvcConfig } from './read-config.ts';
import { anyRemote, type CloudVersions, type RecordedOutput } from './recorded-output.ts';

/** An object of DVC's. */
export interface WantedObject {
  /** Its key's, with `.dir` of a folder's listing. */
  readonly name: string;
  readonly size: number | undefined;
  /** Of the file, below the output; '' for the output itself. */
  readonly inner: string;
  readonly cloud: CloudVersions;
}

/** The objects of one output, in the project's cache or on its remote. */
export interface DvcObjects {
  /**
   * Gives an object's content to `use`, once more from elsewhere if what came turned out damaged at its end.
   * @throws BatchlineError JOB_FAILED if it is nowhere, or damaged on the remote
   */
  read<T>(wanted: WantedObject, use: (content: AsyncIterable<Buffer>) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface ObjectsOptions {
  readonly uri: string;
  readonly output: RecordedOutput;
  readonly config: DvcConfig;
  readonly openStore: OpenStore;
}

export function dvcObjects(options: ObjectsOptions): DvcObjects {
  const { output, config, openStore } = options;
  let remote: DvcRemote | undefined; // not opened, and not needed, while the cache has everything
  return {
    async read(wanted, use, signal) {
      const fromCache = await readFirst(cacheSources(config, output, wanted), { output, wanted, use, signal });
      if (fromCache) return fromCache.result;
      remote ??= openRemote(config, output.remote, openStore);
      const sources = remoteSources(remote, output, wanted);
      const fromRemote = await readFirst(sources, { output, wanted, use, signal, isLast: true });
      if (fromRemote) return fromRemote.result;
      throw missing(options, wanted, remote);
    },
  };
}

interface Source {
  readonly place: string;
  open(signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>;
}

interface Reading<T> {
  readonly output: RecordedOutput;
  readonly wanted: WantedObject;
  readonly use: (content: AsyncIterable<Buffer>) => Promise<T>;
  readonly signal: AbortSignal;
  /** Whether what is damaged is an error. */
  readonly isLast?: boolean;
}

async function readFirst<T>(
  sources: readonly Source[],
  { output, wanted, use, signal, isLast = false }: Reading<T>,
): Promise<{ result: T } | undefined> {
  for (const source of sources) {
    const content = await source.open(signal);
    if (!content) continue;
    try {
      return { result: await use(verified(content, { place: source.place, output, wanted })) };
    } catch (error) {
      signal.throwIfAborted();
      if (isLast || !(error instanceof Damaged)) throw error;
    }
  }
  return undefined;
}

class Damaged extends BatchlineError {}

async function* verified(
  content: AsyncIterable<Buffer>,
  { place, output, wanted }: { place: string; output: RecordedOutput; wanted: WantedObject },
): AsyncGenerator<Buffer> {
  const md5 = wanted.name.replace(/\.dir$/, '');
  const check = md5Check(md5, output.isLegacy);
  let bytes = 0;
  for await (const piece of content) {
    check.update(piece);
    bytes += piece.length;
    yield piece;
  }
  const remedy =
    'it is damaged, or was replaced: remove it, and run `dvc push` where the file is as it was (`dvc pull` does not see this)';
  if (!check.matches()) {
    throw new Damaged('JOB_FAILED', `${place}: expected md5 ${md5}, received ${check.received()}: ${remedy}`);
  }
  if (wanted.size !== undefined && wanted.size !== bytes) {
    const message = `${place}: expected ${wanted.size} bytes, by ${output.place}: size, received ${bytes} of the right md5`;
    throw new Damaged('JOB_FAILED', message);
  }
}

/** DVC 3 has a folder for its objects; what was written by DVC 2 stays in the root. */
function keysOf(name: string, isLegacy: boolean): string[] {
  const key = `${name.slice(0, 2)}/${name.slice(2)}`;
  return isLegacy ? [key, `files/md5/${key}`] : [`files/md5/${key}`];
}

function cacheSources({ cache }: DvcConfig, { isLegacy }: RecordedOutput, { name }: WantedObject): Source[] {
  return keysOf(name, isLegacy).map((key) => {
    const path = join(cache, key);
    return {
      place: path,
      async open(signal) {
        const found = await stat(path).catch(() => undefined);
        return found?.isFile() ? readLocalFile(path, signal) : undefined;
      },
    };
  });
}

function remoteSources(remote: DvcRemote, output: RecordedOutput, wanted: WantedObject): Source[] {
  const { store, prefix } = remote;
  if (remote.isVersionAware) return versionSources(remote, output, wanted);
  return keysOf(wanted.name, output.isLegacy).map((key) => ({
    place: `${store.root}${prefix}${key}`,
    async open(signal) {
      const object = await store.head(prefix + key, signal);
      return object && store.read(object, { signal });
    },
  }));
}

function versionSources(
  { store, prefix, name }: DvcRemote,
  { path }: RecordedOutput,
  { inner, cloud, size }: WantedObject,
): Source[] {
  const { versionId, etag = '' } = cloud.get(name) ?? cloud.get(anyRemote) ?? {};
  if (versionId === undefined || size === undefined) return [];
  const key = `${prefix}${path}${inner === '' ? '' : `/${inner}`}`;
  return [
    {
      place: `${store.root}${key} of version ${versionId}`,
      open: async (signal) => store.read({ key, bytes: size, etag, versionId }, { signal }),
    },
  ];
}

function missing({ uri, output, config }: ObjectsOptions, wanted: WantedObject, remote: DvcRemote): BatchlineError {
  const what = wanted.inner === '' ? `"${output.path}"` : `"${wanted.inner}" of "${output.path}"`;
  const remedy = output.importedFrom
    ? `it was imported from ${output.importedFrom}: run \`dvc pull\` here, which fetches it from there`
    : output.isPushed
      ? 'run `dvc push` where it was made'
      : 'push: false keeps it off the remote; run `dvc repro` here, or push it';
  return new BatchlineError(
    'JOB_FAILED',
    `${uri}: expected ${what} as ${output.place} says, md5 ${wanted.name}, on remote "${remote.name}" (${remote.url}) or in ${config.cache}; received neither: ${remedy}`,
  );
}

/** @throws BatchlineError INVALID_INPUT for outputs that DVC keeps nowhere */
export function refuseUncached({ isCached, path, place, md5, files }: RecordedOutput, uri: string): void {
  if (!isCached) {
    throw dvcError(
      `${uri}: expected an output that DVC keeps, received one with cache: false (${place}): it is in git, or nowhere; give its path, ${path}`,
    );
  }
  if (md5 !== undefined || files !== undefined) return;
  throw dvcError(`${place}: expected md5, received none: the output has not been made yet (run \`dvc repro\`)`);
}
