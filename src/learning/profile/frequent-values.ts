import type { CategoryProfile } from './baseline-schema.ts';

/** So many different values are counted at once. */
const capacity = 1000;
/** A longer value is a text, not a category. */
const longest = 64;
const shownValues = 50;

/**
 * The most frequent values in bounded memory (Misra and Gries): exact up to `capacity` different ones; beyond it each
 * count is at most `undercount` too low.
 */
export interface FrequentValues {
  readonly counts: Map<string, number>;
  total: number;
  tooLong: number;
  undercount: number;
}

export function newFrequentValues(): FrequentValues {
  return { counts: new Map(), total: 0, tooLong: 0, undercount: 0 };
}

export function countValue(values: FrequentValues, value: string): void {
  values.total++;
  if (value.length > longest) {
    values.tooLong++;
    return;
  }
  const { counts } = values;
  const known = counts.get(value);
  if (known !== undefined) counts.set(value, known + 1);
  else if (counts.size < capacity) counts.set(value, 1);
  else subtract(values, 1);
}

export function mergeValues(values: FrequentValues, other: FrequentValues): void {
  values.total += other.total;
  values.tooLong += other.tooLong;
  values.undercount += other.undercount;
  for (const [value, count] of other.counts) values.counts.set(value, (values.counts.get(value) ?? 0) + count);
  if (values.counts.size <= capacity) return;
  // The count of the first value that there is no room for goes from all (Agarwal et al. 2012).
  subtract(values, [...values.counts.values()].sort((a, b) => b - a)[capacity] as number);
}

function subtract(values: FrequentValues, amount: number): void {
  values.undercount += amount;
  for (const [value, count] of values.counts) {
    if (count > amount) values.counts.set(value, count - amount);
    else values.counts.delete(value);
  }
}

/**
 * The most frequent first, equally frequent ones by code unit; undefined where nothing was counted.
 * @param leastRows rarer values are not shown: one may be somebody's name, and no drift can be told from it. Default 5
 */
export function describeValues(
  { counts, total, tooLong, undercount }: FrequentValues,
  { leastRows = 5 }: { readonly leastRows?: number } = {},
): CategoryProfile | undefined {
  if (total === 0) return undefined;
  const top = [...counts]
    .filter(([, count]) => count >= leastRows)
    .sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .slice(0, shownValues)
    .map(([value, count]) => ({ value, count }));
  const shown = top.reduce((sum, { count }) => sum + count, 0);
  return {
    count: total,
    distinct: undercount === 0 && tooLong === 0 ? counts.size : null,
    top,
    other: total - shown,
    undercount,
  };
}
