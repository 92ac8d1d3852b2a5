import type { Predictions } from './predictions.ts';

/** How often each class was predicted as which. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  /** counts[actual · classes + predicted]. */
  readonly counts: Float64Array;
}

export function confusionMatrix({
  actual,
  predicted,
  classes,
}: Pick<Predictions, 'actual' | 'predicted' | 'classes'>): ConfusionMatrix {
  const counts = new Float64Array(classes.length ** 2);
  for (let row = 0; row < actual.length; row++) {
    const cell = (actual[row] as number) * classes.length + (predicted[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { classes, counts };
}

/** A row for each actual class, as scikit-learn prints it. */
export function confusionRows({ classes, counts }: ConfusionMatrix): number[][] {
  return classes.map((_, actual) => [...counts.subarray(actual * classes.length, (actual + 1) * classes.length)]);
}

/** The sums that most figures are made of; each array has a number for each class. */
export interface Margins {
  readonly rows: number;
  readonly right: readonly number[];
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

export function margins({ classes, counts }: ConfusionMatrix): Margins {
  const width = classes.length;
  const right = new Array<number>(width).fill(0);
  const actual = [...right];
  const predicted = [...right];
  for (let cell = 0; cell < counts.length; cell++) {
    const [i, j, count] = [Math.floor(cell / width), cell % width, counts[cell] as number];
    actual[i] = (actual[i] as number) + count;
    predicted[j] = (predicted[j] as number) + count;
    if (i === j) right[i] = count;
  }
  return { rows: sum(actual), right, actual, predicted };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
