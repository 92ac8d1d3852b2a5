import { BatchlineError } from '../../errors.ts';
import type { ObjectStore, StoredObject } from '../../storage/object-store.ts';
import { fileUri, isUri, type OpenStore } from '../../storage/open-store.ts';
import type { DataFormat } from './data-settings.ts';

/** One file of the data. */
export interface DataFile {
  /** As the settings name it, with the path below a folder behind it. */
  readonly name: string;
  readonly store: ObjectStore;
  readonly object: StoredObject;
  /** `json`: one value a line or an array, which its first bytes tell. */
  readonly format: DataFormat | 'json';
  readonly gzip: boolean;
}

export interface FoundFiles {
  readonly files: readonly DataFile[];
  /** What lies in the folders and is not data by its name. */
  readonly skipped: readonly string[];
}

export interface FindOptions {
  readonly openStore: OpenStore;
  readonly signal: AbortSignal;
  readonly format?: DataFormat | undefined;
}

/**
 * The files of the data in the order of the settings, those of a folder in the order of their names. Hidden files (`.`,
 * `_`) in folders are not data.
 * @throws BatchlineError INVALID_INPUT where there is no such file, its kind is unknown, or it is named twice
 */
export async function findDataFiles(paths: readonly string[], options: FindOptions): Promise<FoundFiles> {
  const files: DataFile[] = [];
  const skipped: string[] = [];
  if (paths.length === 0) throw invalid('data.files: expected at least one path or URI, received none');
  for (const path of paths) {
    const { store, key } = options.openStore(isUri(path) ? path : fileUri(path));
    const object = key === '' || key.endsWith('/') ? undefined : await store.head(key, options.signal);
    if (object) files.push(namedFile(path, { store, object, ...kindOf(path, options.format) }));
    else await addFolder({ path, store, key }, options, { files, skipped });
  }
  refuseTwice(files);
  return { files, skipped };
}

async function addFolder(
  { path, store, key }: { path: string; store: ObjectStore; key: string },
  { signal, format }: FindOptions,
  found: { files: DataFile[]; skipped: string[] },
): Promise<void> {
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  const others: string[] = [];
  const before = found.files.length;
  for await (const object of store.list(prefix, signal)) {
    const below = object.key.slice(prefix.length);
    const name = `${path}${path.endsWith('/') ? '' : '/'}${below}`;
    if (below === '' || below.endsWith('/') || /(^|\/)[._]/.test(below)) continue;
    const kind = kindOf(name, format);
    if (kind.format === undefined) others.push(name);
    else found.files.push(namedFile(name, { store, object, ...kind }));
  }
  found.skipped.push(...others);
  if (found.files.length > before) return;
  if (others.length === 0) throw invalid(`data.files: ${path}: no such file, and no folder with files in it`);
  const listed = others.slice(0, 3).join(', ');
  throw invalid(`data.files: ${path} has no data file; expected ${expectedNames}, received ${listed}; ${remedy}`);
}

const expectedNames = '.jsonl, .ndjson, .json, .csv or .tsv, each also with .gz';
const remedy = 'say what the files hold with data.format: jsonl, csv or tsv';

const formats: Readonly<Record<string, DataFile['format']>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  csv: 'csv',
  tsv: 'tsv',
};

function kindOf(
  name: string,
  given: DataFormat | undefined,
): { format: DataFile['format'] | undefined; gzip: boolean } {
  const [, extension = '', gz] = /(?:\.([a-z0-9]+))?(\.gz)?$/i.exec(name) ?? [];
  return { format: given ?? formats[extension.toLowerCase()], gzip: gz !== undefined };
}

function namedFile(
  name: string,
  { format, ...rest }: Omit<DataFile, 'name' | 'format'> & { format: DataFile['format'] | undefined },
): DataFile {
  if (format !== undefined) return { name, format, ...rest };
  throw invalid(`data.files: ${name}: expected a name that ends in ${expectedNames}; ${remedy}`);
}

/** A file that is read twice puts every one of its rows on both sides of a split. */
function refuseTwice(files: readonly DataFile[]): void {
  const names = new Map<string, string>();
  for (const { name, store, object } of files) {
    const uri = store.root + object.key;
    const before = names.get(uri);
    if (before !== undefined) throw invalid(`data.files: ${name} is named twice, also as ${before}; name it once`);
    names.set(uri, name);
  }
}

function invalid(message: string): BatchlineError {
  return new BatchlineError('INVALID_INPUT', message);
}
