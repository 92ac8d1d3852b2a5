import type { Levels } from './levels.ts';
import type { Predictions } from './predictions.ts';
import { oneVsRest } from './roc.ts';

export interface PrecisionRecallCurve {
  /** By ascending threshold, and at the end 1 and 0, which have no threshold. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly thresholds: Float64Array;
}

/** scikit-learn's precision_recall_curve; drop_intermediate leaves out points between others of the same recall. */
export function prCurve(levels: Levels, { drop_intermediate = false } = {}): PrecisionRecallCurve {
  const count = levels.scores.length;
  const precision = new Float64Array(count);
  const hits = new Float64Array(count);
  let [found, rows] = [0, 0];
  for (let level = 0; level < count; level++) {
    found += levels.positives[level] as number;
    rows += (levels.positives[level] as number) + (levels.negatives[level] as number);
    precision[level] = found / rows;
    hits[level] = found;
  }
  const matters = (level: number) =>
    level === 0 || level === count - 1 || levels.positives[level] !== 0 || levels.positives[level + 1] !== 0;
  const kept = Uint32Array.from({ length: count }, (_, index) => count - 1 - index).filter(
    (level) => !drop_intermediate || matters(level),
  );
  // Without a positive row scikit-learn sets every recall to 1.
  const recallAt = (level: number) => (found === 0 ? 1 : (hits[level] as number) / found);
  return {
    precision: Float64Array.from([...Float64Array.from(kept, (level) => precision[level] as number), 1]),
    recall: Float64Array.from([...Float64Array.from(kept, recallAt), 0]),
    thresholds: Float64Array.from(kept, (level) => levels.scores[level] as number),
  };
}

/**
 * The sum of precision times the growth of recall, over distinct scores: scikit-learn's average_precision, and not the
 * trapezoid under the same curve, which is more optimistic. Undefined where no row is of the class.
 */
export function averagePrecision({ positives, negatives }: Pick<Levels, 'positives' | 'negatives'>) {
  let [found, rows, total] = [0, 0, 0];
  for (let level = 0; level < positives.length; level++) {
    const hits = positives[level] as number;
    found += hits;
    rows += hits + (negatives[level] as number);
    if (hits > 0) total += (hits * found) / rows;
  }
  return found === 0 ? undefined : total / found;
}

/** Of two classes that of the positive one, of more the plain mean of each class against all others. */
export function averagePrecisionOf(predictions: Predictions, positive?: number): number | undefined {
  return oneVsRest(predictions, averagePrecision, positive);
}
