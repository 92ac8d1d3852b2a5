export interface ScoreHistogram {
  readonly name: string;
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

const binCount = 20;

/** Twenty bins of equal width: over [0, 1] for values that all lie there, else from the smallest to the largest. */
export function histogramOf({
  name,
  values,
}: {
  readonly name: string;
  readonly values: readonly number[];
}): ScoreHistogram {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  const isShare = min >= 0 && max <= 1;
  const from = isShare ? 0 : min;
  const width = isShare ? 1 / binCount : (max - min) / binCount || 1;
  const counts = new Array<number>(binCount).fill(0);
  for (const value of values) {
    const bin = Math.min(binCount - 1, Math.floor((value - from) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const bins = counts.map((count, bin) => ({ from: from + bin * width, to: from + (bin + 1) * width, count }));
  return { name, count: values.length, min, mean: sum / values.length, max, bins };
}
