import { accuracy, balancedAccuracy, cohenKappa, matthews } from './agreement.ts';
import { expectedCalibrationError } from './calibration-curve.ts';
import { classFigures, macroFigures, weightedFigures, type ZeroDivision } from './class-figures.ts';
import { type ConfusionMatrix, confusionMatrix } from './confusion.ts';
import { averagePrecisionOf } from './precision-recall.ts';
import { type Predictions, scoresOf } from './predictions.ts';
import { brier, logLoss } from './probability-loss.ts';
import { rocAucOf } from './roc.ts';

type OfCounts = (
  matrix: ConfusionMatrix,
  positive: number | undefined,
  zeroDivision?: ZeroDivision,
) => number | undefined;
type OfPredictions = (predictions: Predictions, positive: number | undefined) => number | undefined;

const counted = {
  accuracy,
  balanced_accuracy: balancedAccuracy,
  precision: (...of) => ofClass(...of)?.precision,
  recall: (...of) => ofClass(...of)?.recall,
  f1: (...of) => ofClass(...of)?.f1,
  precision_macro: (matrix) => macroFigures(matrix).precision,
  recall_macro: (matrix) => macroFigures(matrix).recall,
  f1_macro: (matrix) => macroFigures(matrix).f1,
  precision_weighted: (matrix) => weightedFigures(matrix).precision,
  recall_weighted: (matrix) => weightedFigures(matrix).recall,
  f1_weighted: (matrix) => weightedFigures(matrix).f1,
  matthews_corrcoef: matthews,
  cohen_kappa: cohenKappa,
} satisfies Record<string, OfCounts>;

const scored = {
  roc_auc: (predictions) => rocAucOf(predictions),
  average_precision: averagePrecisionOf,
  log_loss: (predictions) => logLoss(predictions),
  brier: (predictions) => brier(predictions),
  calibration_error: (predictions, positive) => calibrationError(predictions, positive, 'equal_width'),
  calibration_error_equal_mass: (predictions, positive) => calibrationError(predictions, positive, 'equal_mass'),
} satisfies Record<string, OfPredictions>;

export type CountFigure = keyof typeof counted;
export type ScoreFigure = keyof typeof scored;
export type FigureName = CountFigure | ScoreFigure;

/** The figures of a confusion matrix alone. Those of the positive class are undefined where none is. */
export const countFigures: Readonly<Record<CountFigure, OfCounts>> = counted;

/** The figures of probabilities (the first two also of decisions). Undefined without them. */
export const scoreFigures: Readonly<Record<ScoreFigure, OfPredictions>> = scored;

/** All figures, in the order in which they are written. */
export const figureNames = [...Object.keys(countFigures), ...Object.keys(scoreFigures)] as readonly FigureName[];

/** Figures that are better when they are lower. */
export const losses: ReadonlySet<FigureName> = new Set<FigureName>([
  'log_loss',
  'brier',
  'calibration_error',
  'calibration_error_equal_mass',
]);

export function isCountFigure(name: string): name is CountFigure {
  return Object.hasOwn(countFigures, name);
}

/** One figure; undefined where it does not apply or the rows do not define it. */
export function figureOf(name: FigureName, predictions: Predictions, positive: number | undefined): number | undefined {
  return isCountFigure(name)
    ? countFigures[name](confusionMatrix(predictions), positive)
    : scoreFigures[name](predictions, positive);
}

/** What calibration is of: the positive class's probability, or without one that of the predicted class. */
export function confidences(predictions: Predictions, positive: number | undefined) {
  const { actual, predicted, probabilities, classes } = predictions;
  if (!probabilities) return undefined;
  if (positive !== undefined) {
    const hits = Uint8Array.from(actual, (value) => (value === positive ? 1 : 0));
    return { probabilities: scoresOf(predictions, positive) as Float64Array, hits };
  }
  return {
    probabilities: Float64Array.from(predicted, (index, row) => probabilities[row * classes.length + index] as number),
    hits: Uint8Array.from(actual, (value, row) => (value === predicted[row] ? 1 : 0)),
  };
}

/** The bins of both calibration errors. */
export const calibrationBins = 10;

function calibrationError(
  predictions: Predictions,
  positive: number | undefined,
  strategy: 'equal_width' | 'equal_mass',
): number | undefined {
  const sure = confidences(predictions, positive);
  return sure && expectedCalibrationError(sure.probabilities, sure.hits, { bins: calibrationBins, strategy });
}

function ofClass(matrix: ConfusionMatrix, positive: number | undefined, zeroDivision?: ZeroDivision) {
  return positive === undefined ? undefined : classFigures(matrix, zeroDivision)[positive];
}
