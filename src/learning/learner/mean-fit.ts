import type { LinearFit } from './settings.ts';

/** The decisions of several linear models, averaged, are those of their averaged weights. */
export function meanFit(fits: readonly LinearFit[]): LinearFit {
  const [first] = fits;
  if (first === undefined) throw new RangeError('no fits to average');
  if (fits.length === 1) return first;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / fits.length;
  return {
    coef: first.coef.map((_, column) => mean(fits.map(({ coef }) => coef[column] as number))),
    intercept: mean(fits.map(({ intercept }) => intercept)),
  };
}
