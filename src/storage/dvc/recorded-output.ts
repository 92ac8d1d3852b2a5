import { dvcError } from './dvc-error.ts';
import { mapOf, textOf, type YamlMap } from './read-yaml.ts';

/** What a metafile says of an output. */
export interface RecordedOutput {
  /** Relative to the project's root, with slashes. */
  readonly path: string;
  /** Which metafile says so, and where in it; for messages. */
  readonly place: string;
  /** Undefined before it was made, and of folders of a version_aware remote, which have `files`. */
  readonly md5: string | undefined;
  readonly isFolder: boolean;
  readonly size: number | undefined;
  /** How many files a folder has. */
  readonly nfiles: number | undefined;
  readonly isExecutable: boolean;
  /** Written by DVC 2: another layout of the remote, and texts hashed without their carriage returns. */
  readonly isLegacy: boolean;
  /** False of metrics, mostly: kept by git and nowhere else. */
  readonly isCached: boolean;
  readonly isPushed: boolean;
  /** The remote that it goes to instead of the project's. */
  readonly remote: string | undefined;
  readonly cloud: CloudVersions;
  readonly files: readonly RecordedFile[] | undefined;
  /** Where `dvc import` had it from, whose remote has it. */
  readonly importedFrom: string | undefined;
}

/** A file of a folder of a version_aware remote. */
export interface RecordedFile {
  readonly relpath: string;
  readonly md5: string;
  readonly size: number | undefined;
  readonly isExecutable: boolean;
  readonly cloud: CloudVersions;
}

/** By remote, which version of an object it is. */
export type CloudVersions = ReadonlyMap<string, { readonly etag?: string; readonly versionId?: string }>;

export interface OutputOptions {
  /** Relative to the project's root. */
  readonly path: string;
  readonly place: string;
  readonly importedFrom?: string | undefined;
}

/** @throws BatchlineError INVALID_INPUT with the field that is wrong */
export function recordedOutput(out: YamlMap, options: OutputOptions): RecordedOutput {
  const { path, place, importedFrom } = options;
  const hash = textOf(out['hash']);
  if (hash !== undefined && hash !== 'md5') throw dvcError(`${place}: hash: expected md5, received "${hash}"`);
  const md5 = md5Of(out['md5'], `${place}: md5`, /^[0-9a-f]{32}(\.dir)?$/);
  const files = Array.isArray(out['files']) ? out['files'].map((file) => recordedFile(mapOf(file), place)) : undefined;
  return {
    path,
    place,
    md5: md5?.replace(/\.dir$/, ''),
    isFolder: md5?.endsWith('.dir') === true || files !== undefined,
    size: wholeNumber(out['size'], `${place}: size`),
    nfiles: wholeNumber(out['nfiles'], `${place}: nfiles`),
    isExecutable: out['isexec'] === 'true',
    isLegacy: hash === undefined,
    isCached: out['cache'] !== 'false',
    isPushed: out['push'] !== 'false',
    remote: textOf(out['remote'])?.toLowerCase(),
    cloud: cloudOf(out),
    files,
    importedFrom,
  };
}

function recordedFile(file: YamlMap, place: string): RecordedFile {
  const relpath = textOf(file['relpath']);
  const about = `${place}: files: ${relpath}`;
  const md5 = md5Of(file['md5'], `${about}: md5`, /^[0-9a-f]{32}$/);
  if (relpath === undefined || md5 === undefined) {
    throw dvcError(`${place}: files: expected relpath and md5, received ${JSON.stringify(file).slice(0, 200)}`);
  }
  const size = wholeNumber(file['size'], `${about}: size`);
  return { relpath, md5, size, isExecutable: file['isexec'] === 'true', cloud: cloudOf(file) };
}

/** `cloud: {<remote>: {etag, version_id}}`; the first versions of DVC that had it wrote it without the remote. */
function cloudOf(entry: YamlMap): CloudVersions {
  const version = (found: YamlMap) => {
    const etag = textOf(found['etag']);
    const versionId = textOf(found['version_id']);
    return { ...(etag === undefined ? {} : { etag }), ...(versionId === undefined ? {} : { versionId }) };
  };
  const named = Object.entries(mapOf(entry['cloud'])).map(
    ([remote, found]) => [remote.toLowerCase(), version(mapOf(found))] as const,
  );
  const unnamed = textOf(entry['version_id']) === undefined ? [] : [[anyRemote, version(entry)] as const];
  return new Map([...unnamed, ...named]);
}

/** The name of the remote where none was written. */
export const anyRemote = '*';

function md5Of(value: unknown, place: string, expected: RegExp): string | undefined {
  if (value === undefined || value === '' || value === null) return undefined;
  if (typeof value === 'string' && expected.test(value)) return value;
  throw dvcError(`${place}: expected 32 hexadecimal digits, received ${JSON.stringify(value)}`);
}

function wholeNumber(value: unknown, place: string): number | undefined {
  if (value === undefined || value === '' || value === null) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw dvcError(`${place}: expected a whole number, received ${JSON.stringify(value)}`);
}
