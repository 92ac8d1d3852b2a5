import { fitPlatt } from '../../src/learning/calibration/platt.ts';
import { accuracy } from '../../src/learning/evaluation/agreement.ts';
import { classFigures } from '../../src/learning/evaluation/class-figures.ts';
import { type ConfusionMatrix, confusionMatrix } from '../../src/learning/evaluation/confusion.ts';
import { foldsByPosition } from '../../src/learning/folds.ts';
import { type ComboModel, type CountedOutlets, fitCombo } from './combo-model.ts';

/** The strengths of the l1 penalty to choose from; stronger ones keep fewer words. */
const alphas = [0.005, 0.0075, 0.01, 0.015, 0.02];
const outerFolds = 10;
const innerFolds = 5;

export interface OutOfFold {
  /** For each outlet the decision of a model that never saw it, whose penalty was chosen without it as well. */
  readonly decisions: readonly number[];
  /** The median of the penalties chosen, for the model that is fitted to all outlets. */
  readonly alpha: number;
}

export function decideOutOfFold(outlets: CountedOutlets): OutOfFold {
  const chosen: number[] = [];
  const decisions = decideByFolds([...outlets.isCombo.keys()], outerFolds, (train) => {
    const alpha = chooseAlpha(outlets, train);
    chosen.push(alpha);
    return fitCombo(outlets, train, alpha);
  });
  return { decisions, alpha: chosen.toSorted((a, b) => a - b)[chosen.length >> 1] as number };
}

/**
 * The penalty whose decisions in folds of these outlets tell the classes apart best, by calibrated log loss: accuracy
 * on so few rows is mostly noise. Of equals the strongest, which is the simplest.
 */
function chooseAlpha(outlets: CountedOutlets, rows: readonly number[]): number {
  const isCombo = rows.map((row) => outlets.isCombo[row] as boolean);
  const scored = alphas.map((alpha) => {
    const decisions = decideByFolds(rows, innerFolds, (train) => fitCombo(outlets, train, alpha, 1));
    return { alpha, loss: calibratedLogLoss(decisions, isCombo) };
  });
  return scored.reduce((best, next) => (next.loss <= best.loss ? next : best)).alpha;
}

/** The decision of each of the rows, in their order. */
function decideByFolds(
  rows: readonly number[],
  foldCount: number,
  fit: (train: readonly number[]) => ComboModel,
): number[] {
  const rowsAt = (positions: readonly number[]) => positions.map((position) => rows[position] as number);
  const decisions = new Array<number>(rows.length);
  for (const { train, test } of foldsByPosition(rows.length, foldCount)) {
    const decided = fit(rowsAt(train)).decide(rowsAt(test));
    for (const [index, position] of test.entries()) decisions[position] = decided[index] as number;
  }
  return decisions;
}

function calibratedLogLoss(decisions: readonly number[], isCombo: readonly boolean[]): number {
  const { a, b } = fitPlatt(decisions, isCombo);
  return decisions.reduce((sum, decision, row) => {
    const logit = a * decision + b;
    return sum + Math.log1p(Math.exp(isCombo[row] ? logit : -logit));
  }, 0);
}

/** The labels that the calibrated model gives, each fold's calibration fitted on the decisions of the others. */
export function labelOutOfFold(decisions: readonly number[], isCombo: readonly boolean[]): boolean[] {
  const labels = new Array<boolean>(decisions.length);
  for (const { train, test } of foldsByPosition(decisions.length, outerFolds)) {
    const { a, b } = fitPlatt(
      train.map((row) => decisions[row] as number),
      train.map((row) => isCombo[row] as boolean),
    );
    for (const row of test) labels[row] = a * (decisions[row] as number) + b < 0;
  }
  return labels;
}

export interface Figures {
  readonly accuracy: number;
  readonly f1: number;
  readonly sure_rows_accuracy: number;
}

/** How right the labels are, on all rows and on those that the annotator was sure of. */
export function measure(labels: readonly boolean[], isCombo: readonly boolean[], sure: readonly boolean[]): Figures {
  const onlySure = (values: readonly boolean[]) => values.filter((_, row) => sure[row]);
  const matrix = confusion(isCombo, labels);
  return {
    accuracy: rounded(accuracy(matrix)),
    f1: rounded(classFigures(matrix)[1]?.f1 ?? 0),
    sure_rows_accuracy: rounded(accuracy(confusion(onlySure(isCombo), onlySure(labels)))),
  };
}

function confusion(actual: readonly boolean[], predicted: readonly boolean[]): ConfusionMatrix {
  const asClasses = (values: readonly boolean[]) => Int32Array.from(values, Number);
  return confusionMatrix({
    actual: asClasses(actual),
    predicted: asClasses(predicted),
    classes: ['other', 'combo'],
  });
}

function rounded(figure: number): number {
  return Math.round(figure * 1000) / 1000;
}
