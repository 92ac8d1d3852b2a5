import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The data beside the repository that other libraries' answers are in; a clone alone does not have it. */
export const sharedData = join(import.meta.dirname, '../../../../shared/data');
const reference = join(sharedData, 'reference');

/** For `test(name, needsShared, …)`: skips visibly where the data is absent. */
export const needsShared = existsSync(reference) ? {} : { skip: 'no ../shared' };

/** One file of reference answers; read inside tests only. */
// biome-ignore lint/suspicious/noExplicitAny: each file has another shape, and tests only index into it.
export function readReference(name: string): any {
  return JSON.parse(readFileSync(join(reference, name), 'utf8'));
}
