import { BatchlineError } from '../../errors.ts';
import { createRandom } from '../random.ts';
import { drawMultinomial } from './binomial.ts';
import { type BootstrapFigure, type BootstrapOptions, bootstrapRows, type Interval, interval } from './bootstrap.ts';
import { type CountFigure, countFigures, figureOf, isCountFigure } from './figures.ts';
import { type McNemar, mcnemar } from './mcnemar.ts';
import { checkPredictions, type Predictions, positiveIndex } from './predictions.ts';
import { resample } from './resample.ts';

export interface CompareOptions extends BootstrapOptions {
  readonly positive?: string | undefined;
  /** Default accuracy. */
  readonly figure?: BootstrapFigure | undefined;
}

export interface Comparison {
  readonly rows: number;
  readonly figure: BootstrapFigure;
  readonly a: number | null;
  readonly b: number | null;
  /** a - b. */
  readonly difference: number | null;
  /** Of the difference, over rows drawn for both models at once. */
  readonly interval: Interval | null;
  readonly mcnemar: McNemar;
}

/** Two models on the same rows. Throws INVALID_INPUT where rows, their classes or the order of classes differ. */
export function compareModels(a: Predictions, b: Predictions, options: CompareOptions): Comparison {
  checkSameRows(a, b);
  const { figure = 'accuracy' } = options;
  const positive = positiveIndex(a.classes, options.positive);
  const [valueA, valueB] = [figureOf(figure, a, positive) ?? null, figureOf(figure, b, positive) ?? null];
  const onlyRight = (right: Predictions, wrong: Predictions) =>
    right.actual.reduce((n, of, row) => (right.predicted[row] === of && wrong.predicted[row] !== of ? n + 1 : n), 0);
  const drawn = isCountFigure(figure)
    ? drawCounts(a, b, { ...options, figure, positive })
    : drawRows(a, b, { ...options, figure, positive });
  return {
    rows: a.actual.length,
    figure,
    a: valueA,
    b: valueB,
    difference: valueA === null || valueB === null ? null : valueA - valueB,
    interval: drawn ?? null,
    mcnemar: mcnemar(onlyRight(a, b), onlyRight(b, a)),
  };
}

type Drawing<Figure> = BootstrapOptions & { readonly figure: Figure; readonly positive: number | undefined };

/** Draws how often each class was predicted as which by both: the two matrices are sums of these cells. */
function drawCounts(a: Predictions, b: Predictions, options: Drawing<CountFigure>): Interval | undefined {
  const { classes, actual } = a;
  const width = classes.length;
  const counts = new Float64Array(width ** 3);
  for (let row = 0; row < actual.length; row++) {
    const cell =
      ((actual[row] as number) * width + (a.predicted[row] as number)) * width + (b.predicted[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  const random = createRandom(options.seed);
  const drawn = new Float64Array(counts.length);
  const figure = countFigures[options.figure];
  const measure = (cellOf: (cell: number) => number) => {
    const matrix = { classes, counts: new Float64Array(width ** 2) };
    for (const [cell, count] of drawn.entries()) {
      matrix.counts[cellOf(cell)] = (matrix.counts[cellOf(cell)] as number) + count;
    }
    return figure(matrix, options.positive);
  };
  return interval(options, () => {
    drawMultinomial(counts, drawn, random);
    const ofA = measure((cell) => Math.floor(cell / width));
    const ofB = measure((cell) => Math.floor(cell / width ** 2) * width + (cell % width));
    return ofA === undefined || ofB === undefined ? undefined : ofA - ofB;
  });
}

function drawRows(
  a: Predictions,
  b: Predictions,
  options: Drawing<Exclude<BootstrapFigure, CountFigure>>,
): Interval | undefined {
  const ofA = resample(options.figure, a, options.positive);
  const ofB = resample(options.figure, b, options.positive);
  if (!ofA || !ofB) return undefined;
  const difference = (rows: Uint32Array) => {
    const [valueA, valueB] = [ofA(rows), ofB(rows)];
    return valueA === undefined || valueB === undefined ? undefined : valueA - valueB;
  };
  return bootstrapRows(a.actual.length, difference, options);
}

function checkSameRows(a: Predictions, b: Predictions): void {
  checkPredictions(a);
  checkPredictions(b);
  const [classesA, classesB] = [a.classes.join(', '), b.classes.join(', ')];
  if (classesA !== classesB) throw notTheSame('classes in the same order', classesA, classesB);
  if (a.actual.length !== b.actual.length) throw notTheSame('rows', `${a.actual.length}`, `${b.actual.length}`);
  const row = a.actual.findIndex((value, index) => value !== b.actual[index]);
  if (row >= 0) {
    const name = ({ actual, classes }: Predictions) => classes[actual[row] as number] as string;
    throw notTheSame(`class of row ${row}`, name(a), name(b));
  }
}

function notTheSame(what: string, a: string, b: string): BatchlineError {
  return new BatchlineError(
    'INVALID_INPUT',
    `Comparison: expected the same ${what} of both models, received ${a} and ${b}.`,
  );
}
