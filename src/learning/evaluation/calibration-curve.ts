import { quantile } from './quantile.ts';

/** How bins of probabilities are cut: at equal distances, or with about as many rows each. */
export type BinStrategy = 'equal_width' | 'equal_mass';

export interface BinOptions {
  /** Default 10. */
  readonly bins?: number | undefined;
  /** Default equal_width. */
  readonly strategy?: BinStrategy | undefined;
}

/** One bin that is not empty. */
export interface CalibrationBin {
  readonly mean_probability: number;
  /** The share of rows that are of the class. */
  readonly observed: number;
  readonly rows: number;
}

/**
 * scikit-learn's calibration_curve ("uniform" is equal_width, "quantile" equal_mass) with the number of rows of each
 * bin. `hits` is 1 for a row that is what its probability is of.
 */
export function calibrationCurve(
  probabilities: Float64Array,
  hits: Uint8Array,
  { bins = 10, strategy = 'equal_width' }: BinOptions = {},
): CalibrationBin[] {
  const edges = strategy === 'equal_width' ? widthEdges(bins) : massEdges(probabilities, bins);
  const [sums, observed, rows] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  for (let row = 0; row < probabilities.length; row++) {
    const probability = probabilities[row] as number;
    const bin = edgesBelow(edges, probability);
    sums[bin] = (sums[bin] as number) + probability;
    observed[bin] = (observed[bin] as number) + (hits[row] as number);
    rows[bin] = (rows[bin] as number) + 1;
  }
  return Array.from(rows, (count, bin) => ({
    mean_probability: (sums[bin] as number) / count,
    observed: (observed[bin] as number) / count,
    rows: count,
  })).filter(({ rows: count }) => count > 0);
}

/** The mean distance of probability and share over the bins, each weighted by its rows. Bins and strategy move it. */
export function expectedCalibrationError(probabilities: Float64Array, hits: Uint8Array, options?: BinOptions): number {
  const bins = calibrationCurve(probabilities, hits, options);
  const distances = bins.map(({ mean_probability, observed, rows }) => rows * Math.abs(mean_probability - observed));
  return distances.reduce((total, value) => total + value, 0) / probabilities.length;
}

/** The inner edges; multiplied as numpy's linspace does it, so that a value on an edge falls as there. */
function widthEdges(bins: number): Float64Array {
  return Float64Array.from({ length: bins - 1 }, (_, index) => (index + 1) * (1 / bins));
}

function massEdges(probabilities: Float64Array, bins: number): Float64Array {
  const sorted = probabilities.toSorted();
  // To percent and back, because scikit-learn does so and the last bit decides where a row falls.
  return widthEdges(bins).map((share) => quantile(sorted, (share * 100) / 100));
}

/** How many edges are below a value: one that lies on an edge is in the lower bin. */
function edgesBelow(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
