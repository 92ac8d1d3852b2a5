import type { InputObject, TransformJob } from '../job.ts';
import { type ErrorEntry, findErrors, locateErrors } from './error-entries.ts';
import { readInput } from './read-input.ts';

/** The error lines of an output that is there, with their records; reads both, the input only if there are any. */
export async function scanErrors(input: InputObject, job: TransformJob, signal: AbortSignal): Promise<ErrorEntry[]> {
  const { store, key } = input.output;
  const output = await store.head(key, signal);
  if (!output || job.splitType !== 'Line') return [];
  const errors = await findErrors(store.read(output, { signal }), 1);
  if (errors.length === 0) return [];
  const start = { object: input.name, line: 1, offset: 0, skipBlank: job.assumptions['blank-lines'] === 'drop' };
  return await locateErrors(errors, readInput(input, job, { signal }), start);
}
