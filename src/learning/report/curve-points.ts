import type { PrecisionRecallCurve, RocCurve } from './evaluation-facts.ts';
import { thinCurve } from './thin-curve.ts';

/** A point of a curve; the threshold is null where there is none, or infinity, which JSON cannot say. */
export interface RocPoint {
  readonly fpr: number;
  readonly tpr: number;
  readonly threshold: number | null;
}

export interface PrecisionRecallPoint {
  readonly recall: number;
  readonly precision: number;
  readonly threshold: number | null;
}

/** The points that can be told apart, in the order of the curve. */
export function rocPoints({ fpr, tpr, thresholds }: RocCurve): RocPoint[] {
  const points = Array.from(fpr, (_, index) => ({
    fpr: fpr[index] as number,
    tpr: tpr[index] as number,
    threshold: finite(thresholds[index]),
  }));
  return thinCurve(points, 'fpr', 'tpr');
}

/** The same by ascending recall. */
export function precisionRecallPoints({ precision, recall, thresholds }: PrecisionRecallCurve): PrecisionRecallPoint[] {
  const points = Array.from(recall, (_, index) => ({
    recall: recall[index] as number,
    precision: precision[index] as number,
    threshold: finite(thresholds[index]),
  }));
  return thinCurve(points.reverse(), 'recall', 'precision');
}

function finite(threshold: number | undefined): number | null {
  return threshold !== undefined && Number.isFinite(threshold) ? threshold : null;
}
