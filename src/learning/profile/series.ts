import type { SeriesProfile } from './baseline-schema.ts';
import { addToSample, mergeSample, newRowSample, type RowSample, sampledValues } from './row-sample.ts';

/** Numbers of which each row has at most one: count, extremes and moments of all, and a sample of them. */
export interface Series {
  count: number;
  min: number;
  max: number;
  mean: number;
  /** The sum of squared distances from the mean. */
  squares: number;
  readonly sample: RowSample;
}

/** Beyond it squares are infinite, which JSON cannot say. */
const largest = 1e150;

export function newSeries(sampleSize: number, seed: number): Series {
  return { count: 0, min: Infinity, max: -Infinity, mean: 0, squares: 0, sample: newRowSample(sampleSize, seed) };
}

export function addToSeries(series: Series, row: number, number: number): void {
  const value = Math.max(-largest, Math.min(largest, number));
  series.count++;
  if (value < series.min) series.min = value;
  if (value > series.max) series.max = value;
  const distance = value - series.mean;
  series.mean += distance / series.count;
  series.squares += distance * (value - series.mean);
  addToSample(series.sample, row, value);
}

/** Chan's way to add up moments of parts. */
export function mergeSeries(series: Series, other: Series): void {
  if (other.count === 0) return;
  const count = series.count + other.count;
  const distance = other.mean - series.mean;
  series.squares += other.squares + (distance ** 2 * series.count * other.count) / count;
  series.mean += (distance * other.count) / count;
  series.count = count;
  series.min = Math.min(series.min, other.min);
  series.max = Math.max(series.max, other.max);
  mergeSample(series.sample, other.sample);
}

/** Undefined where no row has a number. */
export function describeSeries(series: Series): SeriesProfile | undefined {
  const { count, min, max, mean, squares } = series;
  if (count === 0) return undefined;
  const sample = sampledValues(series.sample);
  const edges = decileEdges(sample);
  return {
    count,
    min,
    max,
    mean: rounded(mean),
    std: rounded(Math.sqrt(squares / count)),
    deciles: { edges, counts: countBetween(sample, edges) },
    histogram: histogram(sample, min, max),
    sample: [...sample],
  };
}

/** The sample's 10 %..90 % quantiles by linear interpolation, as numpy's; equal ones once. */
function decileEdges(sorted: Float64Array): number[] {
  const edges = new Set<number>();
  for (let tenth = 1; tenth < 10; tenth++) {
    const position = (tenth * (sorted.length - 1)) / 10;
    const below = sorted[Math.floor(position)] as number;
    const above = sorted[Math.ceil(position)] as number;
    edges.add(below + (above - below) * (position - Math.floor(position)));
  }
  return [...edges];
}

/** A value's bin is the number of edges strictly below it. */
function countBetween(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < edges.length && (edges[bin] as number) < value) bin++;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

const binCount = 20;

/** Over [0, 1] or [-1, 1] for values that all lie there, so that two histograms of scores have the same bins. */
function histogram(sorted: Float64Array, min: number, max: number): SeriesProfile['histogram'] {
  const from = min >= 0 && max <= 1 ? 0 : min >= -1 && max <= 1 ? -1 : min;
  const to = min >= -1 && max <= 1 ? 1 : max;
  const width = (to - from) / binCount || 1 / binCount;
  const counts = new Array<number>(binCount).fill(0);
  for (const value of sorted) {
    const bin = Math.min(binCount - 1, Math.floor((value - from) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { from, to: to === from ? from + 1 : to, counts };
}

/** Twelve digits: the last ones depend on how the rows were divided among workers. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
