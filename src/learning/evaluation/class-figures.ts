import { type ConfusionMatrix, margins, sum } from './confusion.ts';

/** What a ratio without any rows to divide by is; NaN also leaves it out of averages. scikit-learn's zero_division. */
export type ZeroDivision = 0 | 1 | typeof Number.NaN;

export interface ClassFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows that are of the class. */
  readonly support: number;
}

export type AveragedFigures = Omit<ClassFigures, 'support'>;

/** Precision, recall and F1 of each class against all others, in the order of the classes. */
export function classFigures(matrix: ConfusionMatrix, zeroDivision: ZeroDivision = 0): ClassFigures[] {
  const { right, actual, predicted } = margins(matrix);
  return matrix.classes.map((_, index) => {
    const [hits, isActual, isPredicted] = [right[index], actual[index], predicted[index]] as [number, number, number];
    return {
      precision: ratio(hits, isPredicted, zeroDivision),
      recall: ratio(hits, isActual, zeroDivision),
      f1: ratio(2 * hits, isActual + isPredicted, zeroDivision),
      support: isActual,
    };
  });
}

/** F-beta of one class: recall counts beta times as much as precision. */
export function fBeta(
  matrix: ConfusionMatrix,
  index: number,
  { beta, zeroDivision = 0 }: { readonly beta: number; readonly zeroDivision?: ZeroDivision },
): number {
  const { right, actual, predicted } = margins(matrix);
  const weight = beta ** 2;
  const divisor = weight * (actual[index] as number) + (predicted[index] as number);
  return ratio((1 + weight) * (right[index] as number), divisor, zeroDivision);
}

/** The plain mean over classes. A class that is neither actual nor predicted anywhere is left out, as in scikit-learn. */
export function macroFigures(matrix: ConfusionMatrix, zeroDivision: ZeroDivision = 0): AveragedFigures {
  const { actual, predicted } = margins(matrix);
  const occurs = matrix.classes.map((_, index) => (actual[index] || predicted[index] ? 1 : 0));
  return average(classFigures(matrix, zeroDivision), occurs, zeroDivision);
}

/** The mean over classes, each weighted by its support. */
export function weightedFigures(matrix: ConfusionMatrix, zeroDivision: ZeroDivision = 0): AveragedFigures {
  const figures = classFigures(matrix, zeroDivision);
  return average(
    figures,
    figures.map(({ support }) => support),
    zeroDivision,
  );
}

function average(
  figures: readonly ClassFigures[],
  weights: readonly number[],
  zeroDivision: ZeroDivision,
): AveragedFigures {
  const mean = (name: keyof AveragedFigures) => {
    const used = weights.map((weight, index) => (Number.isNaN(figures[index]?.[name]) ? 0 : weight));
    const terms = used.map((weight, index) => (weight === 0 ? 0 : weight * (figures[index]?.[name] as number)));
    return ratio(sum(terms), sum(used), zeroDivision);
  };
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

function ratio(dividend: number, divisor: number, zeroDivision: ZeroDivision): number {
  return divisor === 0 ? zeroDivision : dividend / divisor;
}
