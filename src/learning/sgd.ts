import type { SparseRow } from '../models/text/vectorizer.ts';
import { AveragedWeights } from './averaged-weights.ts';
import { type LossName, lossGradient } from './loss.ts';
import { createRandom, shuffle } from './random.ts';

/** scikit-learn's SGDClassifier for two classes; the names are its own. */
export interface SgdOptions {
  readonly loss: LossName;
  readonly penalty: 'l2' | 'l1' | 'elasticnet';
  readonly alpha: number;
  /** Of elasticnet: the l1 part. */
  readonly l1_ratio?: number | undefined;
  readonly learning_rate: 'optimal' | 'constant' | 'invscaling';
  /** The first step of constant and invscaling. */
  readonly eta0?: number | undefined;
  readonly power_t?: number | undefined;
  readonly average: boolean;
  readonly epochs: number;
  /** Shuffles the rows before each epoch; without a seed they keep their order. */
  readonly seed?: number | undefined;
  /** Whether the rows hold all their columns: sparse ones move the intercept by a hundredth, as in scikit-learn. */
  readonly dense?: boolean | undefined;
}

export interface LinearFit {
  readonly coef: Float64Array;
  readonly intercept: number;
}

/** Fits a linear model; `positive[i]` is the class of row i. */
export function fitSgd(
  rows: readonly SparseRow[],
  positive: readonly boolean[],
  columns: number,
  options: SgdOptions,
): LinearFit {
  const { alpha, average, epochs, seed } = options;
  const gradient = lossGradient[options.loss];
  const l1Ratio = { l2: 0, l1: 1, elasticnet: options.l1_ratio ?? 0.15 }[options.penalty];
  const interceptDecay = options.dense ? 1 : 0.01;
  const weights = new AveragedWeights(columns, average);
  const truncate = l1Ratio > 0 ? cumulativeTruncation(weights, columns) : undefined;
  const rate = createRate(options);
  const random = seed === undefined ? undefined : createRandom(seed);
  const order = Uint32Array.from(rows.keys());
  let intercept = 0;
  let interceptSum = 0;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (random) shuffle(order, random);
    for (const index of order) {
      const row = rows[index] as SparseRow;
      const eta = rate(++step);
      const slope = gradient(weights.dot(row) + intercept, positive[index] ? 1 : -1);
      if (l1Ratio < 1) weights.shrink(Math.max(0, 1 - (1 - l1Ratio) * eta * alpha));
      if (slope !== 0) {
        weights.add(row, -eta * slope);
        intercept -= eta * slope * interceptDecay;
      }
      truncate?.(row.columns, l1Ratio * eta * alpha);
      weights.endStep();
      interceptSum += intercept;
    }
  }
  return average
    ? { coef: weights.mean(step), intercept: interceptSum / step }
    : { coef: weights.current(), intercept };
}

export function decide(row: SparseRow, { coef, intercept }: LinearFit): number {
  let sum = intercept;
  for (const [index, column] of row.columns.entries()) sum += (coef[column] as number) * (row.values?.[index] ?? 1);
  return sum;
}

/** The size of step t, from 1. "optimal" is Bottou's, begun where the first step has the size of a typical weight. */
function createRate({ learning_rate, alpha, eta0 = 0.01, power_t = 0.5 }: SgdOptions): (step: number) => number {
  if (learning_rate === 'constant') return () => eta0;
  if (learning_rate === 'invscaling') return (step) => eta0 / step ** power_t;
  const firstStep = 1 / (alpha * Math.sqrt(1 / Math.sqrt(alpha)));
  return (step) => 1 / (alpha * (firstStep + step - 1));
}

/**
 * l1 by cumulative penalty (Tsuruoka 2009): each weight owes what penalty there has been in all less what it has paid,
 * and pays, never beyond zero, when its column occurs.
 */
function cumulativeTruncation(weights: AveragedWeights, columns: number) {
  const paid = new Float64Array(columns);
  let due = 0;
  return (occurring: readonly number[], penalty: number) => {
    due += penalty;
    for (const column of occurring) {
      const weight = weights.get(column);
      if (weight === 0) continue;
      const owed = weight > 0 ? due + (paid[column] as number) : due - (paid[column] as number);
      const left = weight > 0 ? Math.max(0, weight - owed) : Math.min(0, weight + owed);
      weights.set(column, left);
      paid[column] = (paid[column] as number) + left - weight;
    }
  };
}
