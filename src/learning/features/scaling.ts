import type { TermCounts } from './count-terms.ts';
import { sharedFloats } from './grown.ts';
import type { FeatureSettings } from './settings.ts';

/** A number x becomes (x - mean) / scale. */
export interface Scaling {
  readonly mean: Float64Array;
  /** The population's standard deviation; 1 for a column of one value. */
  readonly scale: Float64Array;
}

/** Means and deviations of the rows' numbers, as StandardScaler's; undefined where they are not wanted. */
export function fitScaling(
  { numbers }: Pick<TermCounts, 'numbers'>,
  rows: Uint32Array,
  { input, numeric }: FeatureSettings,
): Scaling | undefined {
  const width = input.features.length;
  if (!numeric.standardize || width === 0) return undefined;
  const sums = new NumberSums(width);
  const row = new Float64Array(width);
  for (let index = 0; index < rows.length; index++) {
    const from = (rows[index] as number) * width;
    for (let column = 0; column < width; column++) row[column] = numbers[from + column] as number;
    sums.add(row);
  }
  return sums.finish();
}

/**
 * Mean and deviation in one pass (Welford), of the distances from the first row: large numbers that differ little would
 * lose those digits.
 */
export class NumberSums {
  #rows = 0;
  readonly #first: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;

  constructor(width: number) {
    this.#first = new Float64Array(width);
    this.#mean = new Float64Array(width);
    this.#squares = new Float64Array(width);
  }

  add(row: ArrayLike<number>): void {
    if (this.#rows++ === 0) this.#first.set(row);
    for (let column = 0; column < row.length; column++) {
      const value = (row[column] as number) - (this.#first[column] as number);
      const distance = value - (this.#mean[column] as number);
      const mean = (this.#mean[column] as number) + distance / this.#rows;
      this.#mean[column] = mean;
      this.#squares[column] = (this.#squares[column] as number) + distance * (value - mean);
    }
  }

  finish(): Scaling {
    const mean = sharedFloats(this.#mean.length);
    const scale = sharedFloats(this.#mean.length);
    for (let column = 0; column < scale.length; column++) {
      mean[column] = (this.#first[column] as number) + (this.#mean[column] as number);
      const variance = (this.#squares[column] as number) / this.#rows;
      scale[column] = isConstant(variance, mean[column] as number, this.#rows) ? 1 : Math.sqrt(variance);
    }
    return { mean, scale };
  }
}

/** Whether a variance is but rounding: scikit-learn's bound for it. */
function isConstant(variance: number, mean: number, rows: number): boolean {
  return variance <= rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
}

/**
 * The same model for numbers as they are: serving does not scale. Text columns stay as they are; a second decision's
 * coefficients go through a second call.
 */
export function foldScaling(
  coef: Float64Array,
  intercept: number,
  { numeric, textColumns }: { readonly numeric: Scaling | undefined; readonly textColumns: number },
): { coef: Float64Array; intercept: number } {
  if (numeric === undefined) return { coef, intercept };
  const folded = coef.slice();
  let moved = intercept;
  for (let index = 0; index < numeric.mean.length; index++) {
    const weight = (coef[textColumns + index] as number) / (numeric.scale[index] as number);
    folded[textColumns + index] = weight;
    moved -= weight * (numeric.mean[index] as number);
  }
  return { coef: folded, intercept: moved };
}
