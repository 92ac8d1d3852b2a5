import type { SparseBlock } from '../sparse-block.ts';
import type { TermCounts } from './count-terms.ts';
import type { FittedFeatures } from './fit-features.ts';
import { sharedFloats, sharedUints } from './grown.ts';

/** The features of some rows as the model sees them: text columns first, then numbers. */
export function transform(counts: TermCounts, rows: Uint32Array, fitted: FittedFeatures): SparseBlock {
  const { vectorizer } = fitted.settings;
  const starts = placeRows(counts, rows, fitted);
  const length = starts[rows.length] as number;
  const columns = sharedUints(length);
  const values = isPlain(fitted) ? undefined : sharedFloats(length);
  const writeText = createTextWriter(counts, fitted, { columns, values });
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number;
    const from = starts[index] as number;
    const end = writeText(row, from);
    if (values === undefined) continue;
    if (vectorizer.norm !== null) normalise(values, from, end, vectorizer.norm);
    writeNumbers(counts, row, fitted, { columns, values, at: end });
  }
  return { rows: rows.length, starts, columns, values };
}

/** Whether every value is 1, so that none need be written. */
export function isPlain({ idf, settings: { vectorizer, input } }: FittedFeatures): boolean {
  return vectorizer.values === 'presence' && !idf && !vectorizer.norm && input.features.length === 0;
}

/** Where each row begins, by counting what will be written of it. */
function placeRows({ starts, columns, numbers }: TermCounts, rows: Uint32Array, fitted: FittedFeatures): Uint32Array {
  const { numeric, settings } = fitted;
  const columnOf = fitted.vocabulary?.columnOf;
  const width = settings.input.features.length;
  const placed = sharedUints(rows.length + 1);
  let length = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number;
    const end = starts[row + 1] as number;
    if (columnOf === undefined) length += end - (starts[row] as number);
    else {
      for (let at = starts[row] as number; at < end; at++)
        if ((columnOf[columns[at] as number] as number) >= 0) length++;
    }
    for (let number = 0; number < width; number++) {
      if (scaled(numbers[row * width + number] as number, number, numeric) !== 0) length++;
    }
    placed[index + 1] = length;
  }
  return placed;
}

interface Entries {
  readonly columns: Uint32Array;
  readonly values: Float64Array | undefined;
}

/** Writes a row's text from position `at` on; answers where it ends. */
function createTextWriter(counts: TermCounts, { vocabulary, idf, settings }: FittedFeatures, to: Entries) {
  const { starts, columns: terms, counts: values } = counts;
  const columnOf = vocabulary?.columnOf;
  const presence = settings.vectorizer.values === 'presence';
  const sublinear = settings.vectorizer.sublinear_tf;
  return (row: number, from: number): number => {
    let at = from;
    const end = starts[row + 1] as number;
    for (let read = starts[row] as number; read < end; read++) {
      const term = terms[read] as number;
      const column = columnOf === undefined ? term : (columnOf[term] as number);
      if (column < 0) continue;
      to.columns[at] = column;
      if (to.values !== undefined) {
        let value = presence ? 1 : (values[read] as number);
        if (sublinear && value !== 1) value = 1 + Math.log(value);
        to.values[at] = idf === undefined ? value : value * (idf[column] as number);
      }
      at++;
    }
    return at;
  };
}

/** Divides by the norm, unless that is 0. */
function normalise(values: Float64Array, from: number, end: number, norm: 'l1' | 'l2'): void {
  let total = 0;
  for (let at = from; at < end; at++) {
    const value = values[at] as number;
    total += norm === 'l2' ? value * value : Math.abs(value);
  }
  const divisor = norm === 'l2' ? Math.sqrt(total) : total;
  if (divisor === 0) return;
  for (let at = from; at < end; at++) values[at] = (values[at] as number) / divisor;
}

function writeNumbers(
  { numbers }: TermCounts,
  row: number,
  { numeric, textColumns, settings }: FittedFeatures,
  { columns, values, at: from }: { columns: Uint32Array; values: Float64Array; at: number },
): void {
  const width = settings.input.features.length;
  let at = from;
  for (let number = 0; number < width; number++) {
    const value = scaled(numbers[row * width + number] as number, number, numeric);
    if (value === 0) continue;
    columns[at] = textColumns + number;
    values[at++] = value;
  }
}

/** A number as the model sees it. */
export function scaled(value: number, index: number, numeric: FittedFeatures['numeric']): number {
  if (numeric === undefined) return value;
  return (value - (numeric.mean[index] as number)) / (numeric.scale[index] as number);
}
