/** How often each class was predicted as which. */
export interface Confusion {
  readonly trueNegatives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly truePositives: number;
}

export function confusion(actual: readonly boolean[], predicted: readonly boolean[]): Confusion {
  const count = (isActual: boolean, isPredicted: boolean) =>
    actual.filter((value, index) => value === isActual && predicted[index] === isPredicted).length;
  return {
    trueNegatives: count(false, false),
    falsePositives: count(false, true),
    falseNegatives: count(true, false),
    truePositives: count(true, true),
  };
}

/** The share of rows predicted right. */
export function accuracy({ trueNegatives, falsePositives, falseNegatives, truePositives }: Confusion): number {
  const right = trueNegatives + truePositives;
  return right / (right + falsePositives + falseNegatives);
}

/** The harmonic mean of precision and recall of the positive class; 0 where neither is defined. */
export function f1Score({ falsePositives, falseNegatives, truePositives }: Confusion): number {
  const denominator = 2 * truePositives + falsePositives + falseNegatives;
  return denominator === 0 ? 0 : (2 * truePositives) / denominator;
}
