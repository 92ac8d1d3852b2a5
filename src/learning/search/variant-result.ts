import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';

const figures = z.record(z.string(), z.number()).readonly();

/** How a variant did: `variant-K.json`, and the entries of search.json. */
export const variantResult = z.object({
  index: z.int().min(0),
  values: z.record(z.string(), z.unknown()).readonly(),
  scoring: z.string(),
  /** Of the out-of-fold predictions together. */
  score: z.number(),
  /** The same of each fold. */
  folds: z.array(z.number()).readonly(),
  /** Every metric of the out-of-fold predictions. */
  figures,
  /** Of what was learned from and by: results of other data or parameters cannot be compared. */
  fingerprint: z.string(),
  rows: z.int(),
  seconds: z.number(),
});
export type VariantResult = Readonly<z.infer<typeof variantResult>>;

/**
 * The best by its score, which is out of fold: by training loss the most overfitted one would win. Of equals the one
 * with the larger alpha, the simpler model; then the first.
 */
export function bestOf(results: readonly VariantResult[]): VariantResult {
  const alpha = ({ values }: VariantResult) => Number(values['learner.alpha'] ?? 0);
  const [first, ...others] = results;
  if (!first) throw new BatchlineError('INVALID_INPUT', 'expected the result of at least one variant, received none');
  return others.reduce(
    (best, next) => (next.score > best.score || (next.score === best.score && alpha(next) > alpha(best)) ? next : best),
    first,
  );
}

/**
 * The results in a folder.
 * @throws BatchlineError INVALID_INPUT for a file that is none, for none at all, and for results of other data or
 *   parameters, which cannot be compared
 */
export async function readResults(folder: string, fingerprint: string): Promise<VariantResult[]> {
  const names = (await readdir(folder).catch((error) => fail(folder, messageOf(error)))).filter((name) =>
    /^variant-\d+\.json$/.test(name),
  );
  if (names.length === 0)
    fail(folder, 'expected files variant-0.json, … of `batchline train --variant`; there are none');
  const results = await Promise.all(names.map(async (name) => await readResult(join(folder, name), fingerprint)));
  return results.toSorted((a, b) => a.index - b.index);
}

async function readResult(file: string, fingerprint: string): Promise<VariantResult> {
  const text = await readFile(file, 'utf8');
  const parsed = await Promise.resolve()
    .then(() => variantResult.parse(JSON.parse(text)))
    .catch((error) => fail(file, `expected the result of a variant: ${messageOf(error)}`));
  if (parsed.fingerprint === fingerprint) return parsed;
  return fail(file, 'it is of other data or parameters than these: train this variant again, or remove the file');
}

function fail(where: string, why: string): never {
  throw new BatchlineError('INVALID_INPUT', `${where}: ${why}`);
}
