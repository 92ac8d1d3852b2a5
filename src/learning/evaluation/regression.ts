import { BatchlineError } from '../../errors.ts';

/** How far predicted numbers are from the actual ones. Undefined figures (of one row, of constants) are null. */
export interface RegressionFigures {
  readonly rows: number;
  readonly mae: number;
  readonly mse: number;
  readonly rmse: number;
  readonly r2: number | null;
  readonly mape: number;
  readonly median_ae: number;
  readonly max_error: number;
  readonly pearson: number | null;
  readonly spearman: number | null;
}

/** Throws INVALID_INPUT for no rows, lengths that differ and values that are not finite. */
export function evaluateRegression(actual: Float64Array, predicted: Float64Array): RegressionFigures {
  check(actual, predicted);
  const errors = actual.map((value, row) => Math.abs(value - (predicted[row] as number)));
  const mse = mean(errors.map((error) => error ** 2));
  const sorted = errors.toSorted();
  const middle = sorted.length >> 1;
  return {
    rows: actual.length,
    mae: mean(errors),
    mse,
    rmse: Math.sqrt(mse),
    r2: r2(actual, mse),
    mape: mean(errors.map((error, row) => error / Math.max(Math.abs(actual[row] as number), Number.EPSILON))),
    median_ae: ((sorted[middle] as number) + (sorted[(sorted.length - 1) >> 1] as number)) / 2,
    max_error: sorted.at(-1) as number,
    pearson: correlation(actual, predicted),
    spearman: correlation(ranks(actual), ranks(predicted)),
  };
}

/** The share of variance explained; of constants 1 where all is right and else 0, as scikit-learn has it. */
function r2(actual: Float64Array, mse: number): number | null {
  if (actual.length < 2) return null;
  const center = mean(actual);
  const variance = mean(actual.map((value) => (value - center) ** 2));
  if (variance === 0) return mse === 0 ? 1 : 0;
  return 1 - mse / variance;
}

function correlation(a: Float64Array, b: Float64Array): number | null {
  const [centerA, centerB] = [mean(a), mean(b)];
  const spread = Math.sqrt(
    mean(a.map((value) => (value - centerA) ** 2)) * mean(b.map((value) => (value - centerB) ** 2)),
  );
  return spread === 0 ? null : mean(a.map((value, row) => (value - centerA) * ((b[row] as number) - centerB))) / spread;
}

/** Equal values share the mean of their ranks. */
function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let index = start; index < end; index++) result[order[index] as number] = (start + end - 1) / 2;
  }
  return result;
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function check(actual: Float64Array, predicted: Float64Array): void {
  if (actual.length === 0 || actual.length !== predicted.length) {
    throw new BatchlineError(
      'INVALID_INPUT',
      `Evaluation: expected as many predicted as actual values and at least one, received ${predicted.length} and ${actual.length}.`,
    );
  }
  for (const [what, values] of [
    ['actual', actual],
    ['predicted', predicted],
  ] as const) {
    const row = values.findIndex((value) => !Number.isFinite(value));
    if (row >= 0) {
      throw new BatchlineError(
        'INVALID_INPUT',
        `Evaluation: ${what} value of row ${row}: expected a finite number, received ${values[row]}.`,
      );
    }
  }
}
