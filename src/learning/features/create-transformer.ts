import { createVectorizer } from '../../models/text/vectorizer.ts';
import { buildVocabulary, Vocabulary } from '../../models/text/vocabulary.ts';
import type { JsonValue } from '../../records/json-value.ts';
import type { TextSpans } from '../../records/text-spans.ts';
import type { SparseBlock } from '../sparse-block.ts';
import { describeFeatures } from './describe-features.ts';
import { type FittedFeatures, termTableOf } from './fit-features.ts';
import { grown, toShared } from './grown.ts';
import { createFeatureReader } from './read-features.ts';
import { sortRow } from './sort-row.ts';
import { isPlain, scaled } from './transform.ts';

/** Gathers the features of records, for data that memory does not hold; keeps buffers: it belongs to one thread. */
export interface RowTransformer {
  /** @throws RecordError naming the field at fault; the block then is as if the record had not been there */
  add(record: JsonValue | TextSpans): void;
  /** The rows of everything added since the last block. */
  take(): SparseBlock;
}

/** The features of records by the code that serves: the same rows as `transform`'s. */
export function createTransformer(fitted: FittedFeatures): RowTransformer {
  const read = createFeatureReader(fitted.settings, servingVectorizer(fitted));
  let starts = new Uint32Array(1 << 10);
  let columns = new Uint32Array(1 << 12);
  let values = new Float64Array(1 << 12);
  let rows = 0;
  return {
    add(record) {
      const row = read(record);
      const start = starts[rows] as number;
      const most = start + row.columns.length + row.numbers.length;
      columns = grown(columns, most);
      values = grown(values, most);
      starts = grown(starts, rows + 2);
      let end = start;
      for (let index = 0; index < row.columns.length; index++) {
        columns[end] = row.columns[index] as number;
        values[end++] = row.values === undefined ? 1 : (row.values[index] as number);
      }
      sortRow(columns, values, start, end);
      for (let index = 0; index < row.numbers.length; index++) {
        const value = scaled(row.numbers[index] as number, index, fitted.numeric);
        if (value === 0) continue;
        columns[end] = fitted.textColumns + index;
        values[end++] = value;
      }
      starts[++rows] = end;
    },
    take() {
      const length = starts[rows] as number;
      const block = {
        rows,
        starts: toShared(starts, rows + 1),
        columns: toShared(columns, length),
        values: isPlain(fitted) ? undefined : toShared(values, length),
      };
      rows = 0;
      return block;
    },
  };
}

function servingVectorizer(fitted: FittedFeatures) {
  const { analyzer, vectorizer } = describeFeatures(fitted.settings);
  if (analyzer === undefined || vectorizer === undefined) return undefined;
  const table = termTableOf(fitted);
  const vocabulary = table && new Vocabulary(buildVocabulary(table.bytes, table.offsets));
  return createVectorizer({ analyzer, settings: vectorizer, vocabulary, idf: fitted.idf });
}
