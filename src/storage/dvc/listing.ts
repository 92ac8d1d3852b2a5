import { createHash } from 'node:crypto';
import { messageOf } from '../../errors.ts';
import { dvcError } from './dvc-error.ts';

/** A file of a folder, as DVC's `.dir` objects list them. */
export interface ListingEntry {
  readonly relpath: string;
  readonly md5: string;
}

/** @throws BatchlineError INVALID_INPUT for what is no listing, and for paths that would lie elsewhere */
export function parseListing(bytes: Buffer, place: string): ListingEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw dvcError(`${place}: expected DVC's listing of a folder, a JSON array: ${messageOf(error)}`, error);
  }
  if (!Array.isArray(value)) {
    throw dvcError(`${place}: expected DVC's listing of a folder, a JSON array, received ${typeof value}`);
  }
  const entries = value.map((entry: Partial<ListingEntry> | null) => {
    const { relpath, md5 } = entry ?? {};
    if (typeof relpath !== 'string' || typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5)) {
      throw dvcError(
        `${place}: expected relpath and md5 in each entry, received ${JSON.stringify(entry)?.slice(0, 200)}`,
      );
    }
    return { relpath, md5 };
  });
  refuseEscapes(entries, place);
  return entries;
}

/** @throws BatchlineError INVALID_INPUT for paths that would lie outside of the folder, or in one another */
export function refuseEscapes(entries: readonly { readonly relpath: string }[], place: string): void {
  const files = new Set<string>();
  for (const { relpath } of entries) {
    const parts = relpath.split('/');
    const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\0\\]/.test(relpath);
    if (!isPlain) {
      throw dvcError(`${place}: expected paths within the folder, received ${JSON.stringify(relpath)}`);
    }
    if (files.has(relpath)) throw dvcError(`${place}: expected each path once, received "${relpath}" twice`);
    files.add(relpath);
  }
  for (const { relpath } of entries) {
    const parts = relpath.split('/');
    const inFile = parts.map((_, index) => parts.slice(0, index).join('/')).find((above) => files.has(above));
    if (inFile !== undefined)
      throw dvcError(`${place}: expected a file or a folder, received both: "${inFile}", "${relpath}"`);
  }
}

/** The md5 that DVC gives a folder: of its listing as Python's `json.dumps` writes it. */
export function listingMd5(entries: readonly ListingEntry[]): string {
  return createHash('md5').update(listingText(entries)).digest('hex');
}

/** In the order of the paths' code points, which is that of their UTF-8 bytes. */
export function listingText(entries: readonly ListingEntry[]): string {
  const sorted = entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.relpath), Buffer.from(b.relpath)));
  const written = sorted.map(({ md5, relpath }) => `{"md5": "${md5}", "relpath": ${ascii(JSON.stringify(relpath))}}`);
  return `[${written.join(', ')}]`;
}

/** Python escapes everything that is not printable ASCII. */
function ascii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
