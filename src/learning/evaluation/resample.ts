import { levelsOf } from './levels.ts';
import { averagePrecision } from './precision-recall.ts';
import { type Predictions, scoresOf } from './predictions.ts';
import { rowBrier, rowLogLoss } from './probability-loss.ts';
import { rocAuc } from './roc.ts';

/** The figures of rows' scores that intervals are made of; errors of calibration grow by resampling itself. */
export const resampledFigures = ['roc_auc', 'average_precision', 'log_loss', 'brier'] as const;
export type ResampledFigure = (typeof resampledFigures)[number];

/** A figure of drawn rows, whose numbers may repeat. */
export type FigureOfRows = (rows: Uint32Array) => number | undefined;

/** Prepares a figure so that each draw is one pass of counting; undefined without the scores it needs. */
export function resample(name: ResampledFigure, predictions: Predictions, positive?: number): FigureOfRows | undefined {
  if (name === 'log_loss') return meanOfRows(rowLogLoss(predictions));
  if (name === 'brier') return meanOfRows(rowBrier(predictions));
  if (scoresOf(predictions, 0) === undefined) return undefined;
  const { classes } = predictions;
  const indices = classes.length === 2 ? [positive ?? 1] : [...classes.keys()];
  const figures = indices.map((index) => ofRanks(name, predictions, index));
  return (rows) => {
    const values = figures.map((figure) => figure(rows)).filter((value) => value !== undefined);
    return values.length < figures.length ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

function ofRanks(name: 'roc_auc' | 'average_precision', predictions: Predictions, index: number): FigureOfRows {
  const { actual } = predictions;
  const scores = scoresOf(predictions, index) as Float64Array;
  const levels = levelsOf(scores, actual, index).scores;
  const codes = Uint32Array.from(scores, (score, row) => 2 * levelOf(levels, score) + (actual[row] === index ? 1 : 0));
  const figure = name === 'roc_auc' ? rocAuc : averagePrecision;
  const positives = new Float64Array(levels.length);
  const negatives = new Float64Array(levels.length);
  return (rows) => {
    positives.fill(0);
    negatives.fill(0);
    for (let draw = 0; draw < rows.length; draw++) {
      const code = codes[rows[draw] as number] as number;
      const counts = code & 1 ? positives : negatives;
      counts[code >> 1] = (counts[code >> 1] as number) + 1;
    }
    return figure({ positives, negatives });
  };
}

/** The place of a score among descending ones. */
function levelOf(levels: Float64Array, score: number): number {
  let [low, high] = [0, levels.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((levels[middle] as number) > score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function meanOfRows(values: Float64Array | undefined): FigureOfRows | undefined {
  return (
    values &&
    ((rows) => {
      let total = 0;
      for (let draw = 0; draw < rows.length; draw++) total += values[rows[draw] as number] as number;
      return total / rows.length;
    })
  );
}

export function isResampledFigure(name: string): name is ResampledFigure {
  return (resampledFigures as readonly string[]).includes(name);
}
