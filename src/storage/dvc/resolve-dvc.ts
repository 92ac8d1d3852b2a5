import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { cacheFolder } from '../../config.ts';
import { type OpenStore, openStores } from '../open-store.ts';
import { dvcError } from './dvc-error.ts';
import { type DvcObjects, dvcObjects, refuseUncached } from './dvc-objects.ts';
import { findOutput } from './find-output.ts';
import { findProject } from './find-project.ts';
import { listingMd5, listingText, parseListing, refuseEscapes } from './listing.ts';
import { readConfig } from './read-config.ts';
import type { CloudVersions, RecordedOutput } from './recorded-output.ts';
import { storedListing } from './stored-listing.ts';

export interface DvcOptions {
  readonly signal: AbortSignal;
  /** What paths are relative to; the working directory by default. */
  readonly cwd?: string;
  /** For remotes without an address, region, profile or credentials of their own. */
  readonly openStore?: OpenStore;
  /** Where outputs are kept; `dvc` in batchline's folder of the user's caches by default. */
  readonly cache?: string;
  /** Is told what has been fetched. */
  readonly onBytes?: (bytes: number) => void;
}

/** A file of an output. */
export interface DvcFile {
  /** Below what was asked for; '' if that is a file. */
  readonly relpath: string;
  /** Below the output that the metafile lists. */
  readonly inner: string;
  readonly md5: string;
  readonly size: number | undefined;
  readonly isExecutable: boolean;
  readonly cloud: CloudVersions;
}

/** An output of a DVC project, as a commit or the working tree has it. */
export interface DvcOutput {
  readonly uri: string;
  /** Relative to the project's root, with slashes. */
  readonly path: string;
  /** 32 hexadecimal digits; of a folder the md5 of its listing, without `.dir`. */
  readonly md5: string;
  readonly isFolder: boolean;
  readonly files: readonly DvcFile[];
  /** How long all files are, where that is known. */
  readonly size: number | undefined;
  /** The listing's bytes, of a folder. */
  readonly listing: string | undefined;
  readonly isLegacy: boolean;
  /** What the revision is; undefined for the working tree. */
  readonly commit: string | undefined;
  /** The metafile and the place in it that says so. */
  readonly place: string;
  readonly objects: DvcObjects;
}

/**
 * What `dvc://path@rev` is: found in `path.dvc` or a dvc.lock of that revision, without Python. A path within a folder
 * that is an output is that part of it. Listings of folders are fetched, files are not.
 * @throws BatchlineError INVALID_INPUT with the file, field, what was expected and received, and the remedy; JOB_FAILED
 *   for what is missing or damaged on the remote; the signal's reason
 */
export async function resolveDvc(uri: string, options: DvcOptions): Promise<DvcOutput> {
  const { signal, cwd = '.', openStore = openStores() } = options;
  const project = await findProject(uri, resolve(cwd), signal);
  const { output: recorded, inner } = await findOutput(project);
  refuseUncached(recorded, uri);
  const objects = dvcObjects({ uri, output: recorded, config: await readConfig(project.files), openStore });
  const about = {
    uri,
    path: project.path,
    isLegacy: recorded.isLegacy,
    commit: project.files.commit,
    place: recorded.place,
    objects,
  };
  if (!recorded.isFolder) {
    if (inner !== '')
      throw dvcError(`${uri}: expected a folder at "${recorded.path}", received a file (${about.place})`);
    const { size, isExecutable, cloud, md5 = '' } = recorded;
    return {
      ...about,
      md5,
      isFolder: false,
      size,
      listing: undefined,
      files: [{ relpath: '', inner: '', md5, size, isExecutable, cloud }],
    };
  }
  const { files, listing } = await folderFiles({ recorded, objects, options });
  if (inner === '') {
    const md5 = recorded.md5 ?? listingMd5(files);
    return { ...about, md5, isFolder: true, size: recorded.size, listing, files };
  }
  return { ...about, ...within(files, inner, uri) };
}

type Contents = Pick<DvcOutput, 'md5' | 'isFolder' | 'size' | 'listing' | 'files'>;

/** A file or a folder of a folder. */
function within(files: readonly DvcFile[], inner: string, uri: string): Contents {
  const file = files.find(({ relpath }) => relpath === inner);
  if (file) {
    return { md5: file.md5, isFolder: false, size: file.size, listing: undefined, files: [{ ...file, relpath: '' }] };
  }
  const below = files
    .filter(({ relpath }) => relpath.startsWith(`${inner}/`))
    .map((found) => ({ ...found, relpath: found.relpath.slice(inner.length + 1) }));
  if (below.length === 0)
    throw dvcError(`${uri}: expected "${inner}" among the output's ${files.length} files, received none`);
  return { md5: listingMd5(below), isFolder: true, size: undefined, listing: listingText(below), files: below };
}

async function folderFiles({
  recorded,
  objects,
  options: { signal, cache = defaultCache() },
}: {
  recorded: RecordedOutput;
  objects: DvcObjects;
  options: DvcOptions;
}): Promise<{ files: DvcFile[]; listing: string }> {
  const { md5 = '', place, nfiles } = recorded;
  if (recorded.files) {
    refuseEscapes(recorded.files, place);
    return {
      files: recorded.files.map((file) => ({ ...file, inner: file.relpath })),
      listing: listingText(recorded.files),
    };
  }
  const wanted = { name: `${md5}.dir`, size: undefined, inner: '', cloud: new Map() };
  const bytes = (await storedListing(cache, md5)) ?? (await objects.read(wanted, (content) => buffer(content), signal));
  const files = parseListing(bytes, `${place}: ${md5}.dir`).map((entry) => ({
    ...entry,
    inner: entry.relpath,
    size: undefined,
    isExecutable: false,
    cloud: new Map(),
  }));
  if (nfiles !== undefined && nfiles !== files.length) {
    throw dvcError(`${place}: nfiles: expected ${nfiles} files, received a listing of ${files.length}`);
  }
  return { files, listing: bytes.toString('utf8') };
}

export function defaultCache(): string {
  return join(cacheFolder(), 'dvc');
}
