import { type Levels, levelsOf } from './levels.ts';
import { type Predictions, scoresOf } from './predictions.ts';

export interface RocCurve {
  readonly fpr: Float64Array;
  readonly tpr: Float64Array;
  /** The first is Infinity: nothing is predicted positive. */
  readonly thresholds: Float64Array;
}

/** scikit-learn's roc_curve; drop_intermediate leaves out points on straight lines. */
export function rocCurve(levels: Levels, { drop_intermediate = true } = {}): RocCurve {
  const count = levels.scores.length + 1;
  const fps = new Float64Array(count);
  const tps = new Float64Array(count);
  for (let point = 1; point < count; point++) {
    fps[point] = (fps[point - 1] as number) + (levels.negatives[point - 1] as number);
    tps[point] = (tps[point - 1] as number) + (levels.positives[point - 1] as number);
  }
  // scikit-learn drops before it puts the origin in front, so neither the first level nor the last ever goes.
  const bends = (point: number) =>
    point < 2 || point === count - 1 || bent(levels.negatives, point - 1) || bent(levels.positives, point - 1);
  const kept = Uint32Array.from({ length: count }, (_, point) => point).filter(
    (point) => !drop_intermediate || bends(point),
  );
  const share = (counts: Float64Array) =>
    Float64Array.from(kept, (point) => (counts[point] as number) / (counts[count - 1] as number));
  return {
    fpr: share(fps),
    tpr: share(tps),
    thresholds: Float64Array.from(kept, (point) =>
      point === 0 ? Number.POSITIVE_INFINITY : (levels.scores[point - 1] as number),
    ),
  };
}

/** The chance that a row of the class scores above another one, ties half. Undefined with one class only. */
export function rocAuc({ positives, negatives }: Pick<Levels, 'positives' | 'negatives'>): number | undefined {
  let [above, all, twice] = [0, 0, 0];
  for (let level = 0; level < positives.length; level++) {
    const hits = positives[level] as number;
    twice += (negatives[level] as number) * (2 * above + hits);
    above += hits;
    all += negatives[level] as number;
  }
  return above === 0 || all === 0 ? undefined : twice / (2 * above * all);
}

/**
 * Of two classes the area under the ROC curve, of more the plain mean of each class against all others
 * (`multi_class='ovr'`). Undefined without scores and where a class does not occur.
 */
export function rocAucOf(predictions: Predictions): number | undefined {
  return oneVsRest(predictions, rocAuc);
}

/** A figure of the second of two classes, or the mean over each class against the rest. */
export function oneVsRest(
  predictions: Predictions,
  figure: (levels: Levels) => number | undefined,
  positive?: number,
): number | undefined {
  const { actual, classes } = predictions;
  const indices = classes.length === 2 ? [positive ?? 1] : classes.map((_, index) => index);
  let total = 0;
  for (const index of indices) {
    const scores = scoresOf(predictions, index);
    const value = scores && figure(levelsOf(scores, actual, index));
    if (value === undefined) return undefined;
    total += value;
  }
  return total / indices.length;
}

/** The mean over pairs of classes, each ranked both ways among its own rows (Hand and Till; `multi_class='ovo'`). */
export function rocAucOneVsOne(predictions: Predictions): number | undefined {
  const { actual, classes } = predictions;
  let [total, pairs] = [0, 0];
  for (const [a] of classes.entries()) {
    for (const [b] of classes.entries()) {
      if (a === b) continue;
      const scores = scoresOf(predictions, a)?.filter((_, row) => actual[row] === a || actual[row] === b);
      const either = actual.filter((value) => value === a || value === b);
      const value = scores && rocAuc(levelsOf(scores, either, a));
      if (value === undefined) return undefined;
      total += value;
      pairs++;
    }
  }
  return total / pairs;
}

/** Whether the curve's steps before and after a level differ. */
function bent(steps: Float64Array, level: number): boolean {
  return steps[level] !== steps[level + 1];
}
