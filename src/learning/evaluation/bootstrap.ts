import { createRandom } from '../random.ts';
import { drawMultinomial } from './binomial.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion.ts';
import { type CountFigure, countFigures, isCountFigure } from './figures.ts';
import { type Predictions, positiveIndex } from './predictions.ts';
import { quantile } from './quantile.ts';
import { type FigureOfRows, type ResampledFigure, resample } from './resample.ts';

export interface BootstrapOptions {
  /** Default 1000. */
  readonly rounds?: number | undefined;
  readonly seed: number;
  /** The share of rounds inside the interval. Default 0.95. */
  readonly level?: number | undefined;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export type BootstrapFigure = CountFigure | ResampledFigure;

/**
 * The percentile interval of a figure over resampled rows. Undefined where the figure does not apply. What depends on
 * the confusion matrix alone draws matrices, whatever the number of rows.
 */
export function bootstrap(
  predictions: Predictions,
  figure: BootstrapFigure,
  options: BootstrapOptions & { readonly positive?: string | undefined },
): Interval | undefined {
  const positive = positiveIndex(predictions.classes, options.positive);
  if (isCountFigure(figure)) return bootstrapCounts(confusionMatrix(predictions), figure, { ...options, positive });
  const ofRows = resample(figure, predictions, positive);
  return ofRows && bootstrapRows(predictions.actual.length, ofRows, options);
}

export function bootstrapCounts(
  { classes, counts }: ConfusionMatrix,
  figure: CountFigure,
  options: BootstrapOptions & { readonly positive: number | undefined },
): Interval | undefined {
  const random = createRandom(options.seed);
  const drawn = { classes, counts: new Float64Array(counts.length) };
  return interval(options, () => {
    drawMultinomial(counts, drawn.counts, random);
    return countFigures[figure](drawn, options.positive);
  });
}

/** More rows than this are not drawn in a round. */
const mostDrawn = 20_000;

/**
 * Of more rows than are drawn, a round's distance from the figure of all rows is shrunk by the root of their share:
 * errors of such figures go with one over the root of the rows (m out of n bootstrap, Bickel et al. 1997).
 */
export function bootstrapRows(count: number, figure: FigureOfRows, options: BootstrapOptions): Interval | undefined {
  const random = createRandom(options.seed);
  const rows = new Uint32Array(Math.min(count, mostDrawn));
  const all = figure(Uint32Array.from({ length: count }, (_, row) => row));
  const shrink = Math.sqrt(rows.length / count);
  if (all === undefined) return undefined;
  return interval(options, () => {
    for (let draw = 0; draw < rows.length; draw++) rows[draw] = random() * count;
    const value = figure(rows);
    return value === undefined ? undefined : all + shrink * (value - all);
  });
}

/** The interval of what each round gives; rounds that define no figure, as of one class only, are left out. */
export function interval(
  { rounds = 1000, level = 0.95 }: Omit<BootstrapOptions, 'seed'>,
  round: () => number | undefined,
): Interval | undefined {
  const values = Array.from({ length: rounds }, round).filter((value) => value !== undefined);
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return undefined;
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}
