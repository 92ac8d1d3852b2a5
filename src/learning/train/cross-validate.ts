import type { Split } from '../data/splits/split.ts';
import { countingKey } from '../features/settings.ts';
import type { Parameters } from '../parameters/schema.ts';
import type { FoldPool } from './fold-pool.ts';
import type { LoadedData } from './load-data.ts';
import { featuresOf, learnerOf } from './settings-of.ts';

/** What models said of rows that they had not seen. */
export interface OutOfFold {
  /** The rows, in the order of the folds. */
  readonly rows: Uint32Array;
  /** Of two classes one a row, of more one for each class. */
  readonly decisions: Float64Array;
  /** Where each fold's rows begin in `rows`; one more than folds. */
  readonly starts: readonly number[];
  /** Of all fits. */
  readonly seconds: number;
}

export interface CrossValidateOptions {
  readonly data: LoadedData;
  readonly folds: readonly Split[];
  readonly pool: FoldPool;
  readonly signal: AbortSignal;
  readonly onFold?: () => void;
}

/** Fits to the training part of each fold, features included, and decides about the rest. */
export async function crossValidate(parameters: Parameters, options: CrossValidateOptions): Promise<OutOfFold> {
  const { data, folds, pool, signal, onFold } = options;
  const features = featuresOf(parameters);
  const counts = data.counts.get(countingKey(features));
  if (!counts) throw new TypeError('the data was not counted for these features');
  const { labels, classes } = data;
  const common = { counts, labels, classes, features, learner: learnerOf(parameters) };
  const results = await Promise.all(
    folds.map(async ({ train, test }) => {
      const result = await pool.run({ ...common, train, test }, signal);
      onFold?.();
      return result;
    }),
  );
  return {
    rows: Uint32Array.from(folds.flatMap(({ test }) => [...test])),
    decisions: Float64Array.from(results.flatMap(({ decisions }) => [...decisions])),
    starts: startsOf(folds),
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function startsOf(folds: readonly Split[]): number[] {
  const starts = [0];
  for (const { test } of folds) starts.push((starts.at(-1) as number) + test.length);
  return starts;
}
