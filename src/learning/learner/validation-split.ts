import { BatchlineError } from '../../errors.ts';
import { createRandom, shuffle } from '../random.ts';
import type { SgdSettings } from './settings.ts';

export interface ValidationSplit {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Sets aside validation_fraction of the rows, of each class alike, by the seed. Both parts keep the order of the rows.
 * Throws INVALID_INPUT where a part would be empty.
 */
export function splitForValidation(
  rows: Uint32Array,
  labels: Int32Array,
  { validation_fraction, seed }: SgdSettings,
): ValidationSplit {
  const byLabel = Map.groupBy(rows, (row) => labels[row] as number);
  const classes = [...byLabel].sort(([a], [b]) => a - b).map(([, ofClass]) => Uint32Array.from(ofClass));
  const wanted = Math.ceil(rows.length * validation_fraction);
  const takes = shares(
    classes.map((ofClass) => ofClass.length),
    wanted,
  );
  const random = createRandom(seed);
  const aside = new Set<number>();
  for (const [index, ofClass] of classes.entries()) {
    shuffle(ofClass, random);
    for (const row of ofClass.subarray(0, takes[index])) aside.add(row);
  }
  if (aside.size === 0 || aside.size === rows.length) {
    throw new BatchlineError(
      'INVALID_INPUT',
      `early_stopping: validation_fraction ${validation_fraction} of ${rows.length} rows leaves ${rows.length - aside.size} to learn from and ${aside.size} to validate on; change it, give more rows, or do without early_stopping`,
    );
  }
  return { train: rows.filter((row) => !aside.has(row)), validation: rows.filter((row) => aside.has(row)) };
}

/** Divides `wanted` in proportion to the counts; what rounding leaves goes to the largest remainders, the first of equals. */
function shares(counts: readonly number[], wanted: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count * wanted) / total);
  const result = exact.map(Math.floor);
  const left = wanted - result.reduce((sum, count) => sum + count, 0);
  const byRemainder = [...exact.keys()].sort(
    (a, b) => ((exact[b] as number) % 1) - ((exact[a] as number) % 1) || a - b,
  );
  for (const index of byRemainder.slice(0, left)) result[index] = (result[index] as number) + 1;
  return result;
}
