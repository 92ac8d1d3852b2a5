import { fitFeatures } from '../features/fit-features.ts';
import { transform } from '../features/transform.ts';
import { decisions } from '../learner/decisions.ts';
import { fitLinear } from '../learner/fit-linear.ts';
import type { FoldResult, FoldTask } from './fold-task.ts';

/** Features and weights of the training rows alone, and what they say of the others. */
export function runFold({ counts, labels, classes, features, learner, train, test }: FoldTask): FoldResult {
  const start = performance.now();
  const fitted = fitFeatures(counts, train, features);
  const options = { columns: fitted.columns, dense: isDense(features), classNames: classes };
  const fits = fitLinear(transform(counts, train, fitted), labelsAt(labels, train), classes.length, learner, options);
  const decided = decisions(transform(counts, test, fitted), fits);
  return { decisions: decided, seconds: (performance.now() - start) / 1000 };
}

/** Numbers alone are dense, which moves the intercept in whole steps, as scikit-learn does for dense input. */
export function isDense({ input }: FoldTask['features']): boolean {
  return input.text.length === 0;
}

export function labelsAt(labels: Int32Array, rows: Uint32Array): Int32Array {
  return Int32Array.from(rows, (row) => labels[row] as number);
}
