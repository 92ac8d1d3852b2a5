import { BatchlineError } from '../../errors.ts';
import { accuracy, balancedAccuracy, matthews } from './agreement.ts';
import { classFigures, macroFigures } from './class-figures.ts';
import type { ConfusionMatrix } from './confusion.ts';
import { type Levels, levelsOf } from './levels.ts';

/** Figures that a threshold can be chosen by; precision or recall alone would predict all rows the same. */
const thresholdFigures = {
  f1: (matrix) => classFigures(matrix)[1]?.f1 as number,
  f1_macro: (matrix) => macroFigures(matrix).f1,
  accuracy,
  balanced_accuracy: balancedAccuracy,
  matthews_corrcoef: matthews,
} satisfies Record<string, (matrix: ConfusionMatrix) => number>;

export type ThresholdFigure = keyof typeof thresholdFigures;

/**
 * The threshold (positive from it on) with the best figure; of equals the nearest to 0.5. `probabilities` are of the
 * positive class, and `actual` is 1 for its rows; both are of validation rows, which the model was not fitted to.
 */
export function chooseThreshold(probabilities: Float64Array, actual: Int32Array, metric: ThresholdFigure): number {
  check(probabilities, actual, metric);
  const levels = levelsOf(probabilities, actual, 1);
  const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
  const [positives, negatives] = [sum(levels.positives), sum(levels.negatives)];
  let [hits, alarms] = [0, 0];
  let best = { value: Number.NEGATIVE_INFINITY, threshold: 0.5 };
  for (let level = 0; level <= levels.scores.length; level++) {
    const counts = Float64Array.of(negatives - alarms, alarms, positives - hits, hits);
    const value = thresholdFigures[metric]({ classes, counts });
    const threshold = between(levels, level);
    if (threshold !== undefined && isBetter({ value, threshold }, best)) best = { value, threshold };
    hits += levels.positives[level] ?? 0;
    alarms += levels.negatives[level] ?? 0;
  }
  return best.threshold;
}

const classes = ['negative', 'positive'];

interface Candidate {
  readonly value: number;
  readonly threshold: number;
}

/** Rounding must not decide between equal figures. */
function isBetter(candidate: Candidate, best: Candidate): boolean {
  if (Math.abs(candidate.value - best.value) > 1e-12) return candidate.value > best.value;
  return Math.abs(candidate.threshold - 0.5) < Math.abs(best.threshold - 0.5);
}

/**
 * A threshold that has the scores of `level` and lower below it: 0.5 where it does, else halfway to the score above,
 * since new rows fall on both sides. Undefined where only a number over 1 would do.
 */
function between({ scores }: Levels, level: number): number | undefined {
  const below = scores[level] ?? 0;
  const above = scores[level - 1] ?? 1;
  if (level === scores.length) return Math.min(above, 0.5);
  if (level === 0 && below >= 1) return undefined;
  if (below < 0.5 && 0.5 <= above) return 0.5;
  const middle = (below + above) / 2;
  return middle > below ? middle : above;
}

function check(probabilities: Float64Array, actual: Int32Array, metric: string): void {
  if (!Object.hasOwn(thresholdFigures, metric)) {
    const names = Object.keys(thresholdFigures).join(', ');
    throw new BatchlineError('INVALID_SETTING', `Threshold: expected a metric (${names}), received "${metric}".`);
  }
  const wrong = probabilities.findIndex((value) => !(value >= 0 && value <= 1));
  if (probabilities.length !== actual.length || actual.length === 0 || wrong >= 0) {
    throw new BatchlineError(
      'INVALID_INPUT',
      wrong >= 0
        ? `Threshold: probability of row ${wrong}: expected 0 to 1, received ${probabilities[wrong]}.`
        : `Threshold: expected a probability for each row, received ${probabilities.length} for ${actual.length} rows.`,
    );
  }
}
