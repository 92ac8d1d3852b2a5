import { type ConfusionMatrix, margins, sum } from './confusion.ts';

/** The share of rows predicted right. */
export function accuracy(matrix: ConfusionMatrix): number {
  const { rows, right } = margins(matrix);
  return sum(right) / rows;
}

/** The mean recall of the classes that occur. */
export function balancedAccuracy(matrix: ConfusionMatrix): number {
  const { right, actual } = margins(matrix);
  const recalls = right
    .map((hits, index) => hits / (actual[index] as number))
    .filter((recall) => !Number.isNaN(recall));
  return sum(recalls) / recalls.length;
}

/** Matthews' correlation of actual and predicted classes, -1 to 1; 0 where either is always the same class. */
export function matthews(matrix: ConfusionMatrix): number {
  const { rows, right, actual, predicted } = margins(matrix);
  const together = sum(right) * rows - products(actual, predicted);
  const spread = (rows ** 2 - products(predicted, predicted)) * (rows ** 2 - products(actual, actual));
  return spread === 0 ? 0 : together / Math.sqrt(spread);
}

/** Cohen's kappa: accuracy beyond what the same frequencies would give by chance. Undefined where chance is certain. */
export function cohenKappa(matrix: ConfusionMatrix): number | undefined {
  const { rows, right, actual, predicted } = margins(matrix);
  const chance = products(actual, predicted) / rows;
  return chance === rows ? undefined : (sum(right) - chance) / (rows - chance);
}

function products(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, index) => value * (b[index] as number)));
}
