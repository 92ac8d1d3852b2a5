import { kFold } from '../data/splits/k-fold.ts';
import { type Split, splitBy } from '../data/splits/split.ts';
import { trainTestSplit } from '../data/splits/train-test-split.ts';
import type { Parameters } from '../parameters/schema.ts';
import type { LoadedData } from './load-data.ts';
import { rowParts } from './row-parts.ts';
import { labelsAt } from './run-fold.ts';

type Rows = Pick<LoadedData, 'labels' | 'classes' | 'trainRows'>;

/** The rows that models are made of, and those that no choice ever sees. */
export function splitForTest({ data, split, seed, memory }: Parameters, { labels, classes, trainRows }: Rows): Split {
  const given = Uint32Array.from({ length: trainRows }, (_, row) => row);
  if (data.test) {
    const rest = Uint32Array.from({ length: labels.length - trainRows }, (_, index) => trainRows + index);
    return { train: given, test: rest };
  }
  if (memory === 'passes') {
    const partOf = rowParts(seed, { test: split.test, validation: 0 });
    return splitBy(
      Uint8Array.from(given, (row) => (partOf(row) === 'test' ? 1 : 0)),
      1,
    );
  }
  const rows = { rows: trainRows, labels: labels.subarray(0, trainRows), classes };
  return trainTestSplit({ ...rows, test: split.test, stratified: split.method === 'stratified', seed });
}

/** Without a search the decisions of folds are still needed, for the calibration. */
const defaultFolds = 5;

/** The folds in which variants are compared, of the training rows. */
export function splitForSearch({ search, seed }: Parameters, train: Uint32Array, { labels, classes }: Rows): Split[] {
  const { folds = defaultFolds, validation, method } = search;
  const rows = { rows: train.length, labels: labelsAt(labels, train), classes };
  const found =
    validation === undefined
      ? kFold({ ...rows, folds, method, seed })
      : [trainTestSplit({ ...rows, test: validation, stratified: method !== 'shuffled', seed })];
  const at = (part: Uint32Array) => part.map((index) => train[index] as number);
  return found.map((split) => ({ train: at(split.train), test: at(split.test) }));
}
