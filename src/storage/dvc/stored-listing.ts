import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an output of this md5 is kept in our cache: a folder of its own. */
export function entryOf(cache: string, md5: string, isFolder: boolean): string {
  return join(cache, md5.slice(0, 2), `${md5.slice(2)}${isFolder ? '.dir' : ''}`);
}

export function listingPath(entry: string): string {
  return join(entry, 'listing.json');
}

/** The listing of a folder that was fetched before; undefined if it is not there, or damaged. */
export async function storedListing(cache: string, md5: string): Promise<Buffer | undefined> {
  const bytes = await readFile(listingPath(entryOf(cache, md5, true))).catch(() => undefined);
  return bytes && createHash('md5').update(bytes).digest('hex') === md5 ? bytes : undefined;
}
