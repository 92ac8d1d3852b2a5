import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts';
import { type ClassFigures, classFigures } from './class-figures.ts';
import { confusionMatrix, confusionRows } from './confusion.ts';
import {
  type CountFigure,
  calibrationBins,
  countFigures,
  type FigureName,
  figureNames,
  isCountFigure,
  scoreFigures,
} from './figures.ts';
import { checkPredictions, type Predictions, positiveIndex } from './predictions.ts';
import { isResampledFigure } from './resample.ts';
import { bySlice, type SliceOptions, type SliceReport } from './slices.ts';

export interface EvaluateOptions {
  /** The class that precision, recall, F1 and the curves are of. Default: the second of two; of more none. */
  readonly positive?: string | undefined;
  /** Adds intervals of all figures except calibration errors, which resampling itself makes larger. */
  readonly bootstrap?: BootstrapOptions | undefined;
  /** By the name of a field its value in each row. */
  readonly slices?: Readonly<Record<string, readonly (string | null | undefined)[]>> | undefined;
  readonly slicing?: Pick<SliceOptions, 'leastRows' | 'by'> | undefined;
}

/**
 * All figures as one JSON object. What cannot apply is absent (probabilities' figures without probabilities,
 * precision, recall and f1 without a positive class); what the rows do not define is null (roc_auc of one class only).
 * With more than two classes roc_auc and average_precision are means over each class against the rest.
 */
export interface Evaluation extends Readonly<Partial<Record<FigureName, number | null>>> {
  readonly rows: number;
  readonly classes: readonly string[];
  readonly positive: string | null;
  /** How many bins both calibration errors have. */
  readonly calibration_bins?: number;
  readonly per_class: Readonly<Record<string, ClassFigures>>;
  /** A row for each actual class. */
  readonly confusion: readonly (readonly number[])[];
  readonly level?: number;
  readonly intervals?: Readonly<Partial<Record<FigureName, Interval>>>;
  readonly slices?: Readonly<Record<string, SliceReport>>;
}

/** Everything that applies to these predictions. Throws INVALID_INPUT for predictions that cannot be. */
export function evaluate(predictions: Predictions, options: EvaluateOptions = {}): Evaluation {
  checkPredictions(predictions);
  const { classes } = predictions;
  const positive = positiveIndex(classes, options.positive);
  const matrix = confusionMatrix(predictions);
  const perClass = classFigures(matrix);
  const names = figureNames.filter((name) => applies(name, predictions, positive));
  const figure = (name: FigureName) =>
    isCountFigure(name) ? countFigures[name](matrix, positive) : scoreFigures[name](predictions, positive);
  return {
    rows: predictions.actual.length,
    classes,
    positive: positive === undefined ? null : (classes[positive] as string),
    ...Object.fromEntries(names.map((name) => [name, figure(name) ?? null])),
    ...(predictions.probabilities && { calibration_bins: calibrationBins }),
    per_class: Object.fromEntries(classes.map((name, index) => [name, perClass[index] as ClassFigures])),
    confusion: confusionRows(matrix),
    ...(options.bootstrap && {
      level: options.bootstrap.level ?? 0.95,
      intervals: intervalsOf(names, predictions, { ...options.bootstrap, positive: options.positive }),
    }),
    ...(options.slices && { slices: slicesOf(predictions, options) }),
  };
}

const ofPositive: ReadonlySet<string> = new Set<CountFigure>(['precision', 'recall', 'f1']);

function applies(name: FigureName, predictions: Predictions, positive: number | undefined): boolean {
  if (isCountFigure(name)) return positive !== undefined || !ofPositive.has(name);
  if (name === 'roc_auc' || name === 'average_precision') {
    return (predictions.probabilities ?? predictions.decisions) !== undefined;
  }
  return predictions.probabilities !== undefined;
}

function intervalsOf(
  names: readonly FigureName[],
  predictions: Predictions,
  options: BootstrapOptions & { readonly positive: string | undefined },
): Partial<Record<FigureName, Interval>> {
  const drawn = names.filter((name) => isCountFigure(name) || isResampledFigure(name));
  const entries = drawn.map((name) => [name, bootstrap(predictions, name, options)] as const);
  return Object.fromEntries(entries.filter(([, interval]) => interval !== undefined));
}

function slicesOf(predictions: Predictions, options: EvaluateOptions): Record<string, SliceReport> {
  const { slices = {}, slicing, positive, bootstrap: drawing } = options;
  const slice = (values: readonly (string | null | undefined)[]) =>
    bySlice(predictions, values, { ...slicing, positive, bootstrap: drawing });
  return Object.fromEntries(Object.entries(slices).map(([field, values]) => [field, slice(values)]));
}
