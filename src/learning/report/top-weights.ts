import type { TermWeight } from './evaluation-facts.ts';

/**
 * The terms with the largest weights for the positive class, then those against it, the strongest last; zeros never.
 * @param count at most so many on each side; default 15
 */
export function topWeights(
  { terms, coef }: { readonly terms: readonly string[]; readonly coef: ArrayLike<number> },
  count = 15,
): TermWeight[] {
  const order = Uint32Array.from(terms.keys()).sort((a, b) => (coef[b] as number) - (coef[a] as number) || a - b);
  const weightOf = (column: number) => ({ term: terms[column] as string, weight: coef[column] as number });
  const positive = [...order.subarray(0, count)].map(weightOf).filter(({ weight }) => weight > 0);
  const negative = [...order.subarray(Math.max(0, order.length - count))]
    .map(weightOf)
    .filter(({ weight }) => weight < 0);
  return [...positive, ...negative];
}
