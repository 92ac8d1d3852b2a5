import { createAnalyzer } from '../../models/text/analyzer.ts';
import { createMurmurWalker, createTermWalker } from '../../models/text/term-walker.ts';
import type { TokenSink } from '../../models/text/token-buffer.ts';
import type { Vectorizer } from '../../models/text/vectorizer.ts';
import type { JsonValue } from '../../records/json-value.ts';
import { spanText, type TextSpans } from '../../records/text-spans.ts';
import { GrowingVocabulary } from './growing-vocabulary.ts';
import { grown, sharedInts, sharedUints, toShared } from './grown.ts';
import { orderTerms, type TermTable } from './order-terms.ts';
import { createFeatureReader } from './read-features.ts';
import { RowCounts } from './row-counts.ts';
import { checkFeatureSettings, defaultColumns, type FeatureSettings } from './settings.ts';
import { sortRow } from './sort-row.ts';

/** How often each term occurs in each row, and the rows' numbers: plain data in shared memory. */
export interface TermCounts {
  readonly rows: number;
  /** Of row i: `columns` and `counts` from starts[i] to starts[i + 1]; rows + 1 long. */
  readonly starts: Uint32Array;
  /** Ascending within a row: numbers of terms in code-point order, or hashed columns. */
  readonly columns: Uint32Array;
  /** With alternate_sign a sum of signs, which may be 0 or negative. */
  readonly counts: Int32Array;
  /** Of terms, or of hashed columns. */
  readonly width: number;
  /** The terms in code-point order; undefined for hashing, and without text. */
  readonly terms: TermTable | undefined;
  /** Row by row, a number for each of `input.features`. */
  readonly numbers: Float64Array;
}

/** Counts the terms of records, one after the other; once for all settings of the same `countingKey`. */
export class TermCounter {
  readonly #settings: FeatureSettings;
  readonly #vocabulary = new GrowingVocabulary();
  readonly #rows = new RowCounts();
  readonly #read: ReturnType<typeof createFeatureReader>;
  #numbers = new Float64Array(0);

  constructor(settings: FeatureSettings) {
    checkFeatureSettings(settings);
    this.#settings = settings;
    const vocabulary = this.#vocabulary;
    const sink = countingSink(settings, this.#rows, (bytes, start, end, hash) =>
      vocabulary.place(bytes, start, end, hash),
    );
    const dropRow = () => this.#rows.dropRow();
    this.#read = createFeatureReader(settings, createTextCounter(settings, sink, dropRow));
  }

  /** @throws RecordError naming the field at fault; the record then counts as if it had not been there */
  add(record: JsonValue | TextSpans): void {
    const { numbers } = this.#read(record);
    const from = this.#rows.rows * numbers.length;
    this.#numbers = grown(this.#numbers, from + numbers.length);
    for (let index = 0; index < numbers.length; index++) this.#numbers[from + index] = numbers[index] as number;
    this.#rows.endRow();
  }

  finish(): TermCounts {
    this.#rows.dropRow();
    const { rows, starts } = this.#rows;
    const { input, vectorizer } = this.#settings;
    const hashes = vectorizer.kind === 'hashing' && input.text.length > 0;
    const { terms, rank } = hashes ? noTerms : rankTerms(this.#vocabulary);
    return {
      rows,
      starts: toShared(starts, rows + 1),
      ...sortRows(this.#rows, rank),
      width: hashes ? (vectorizer.n_features ?? defaultColumns) : this.#vocabulary.size,
      terms: input.text.length > 0 ? terms : undefined,
      numbers: toShared(this.#numbers, rows * input.features.length),
    };
  }
}

/** What the record reader gives texts to: like the vectorizer that serves, but each term goes to `sink`. */
export function createTextCounter(
  settings: FeatureSettings,
  sink: TokenSink,
  dropRow: () => void,
): Vectorizer | undefined {
  if (settings.input.text.length === 0) return undefined;
  const analyze = createAnalyzer(settings.analyzer);
  const nothing = { columns: [], values: undefined };
  return {
    add: (text, prefix) => analyze.text(text, prefix, sink),
    addSpan(bytes, start, end, prefix) {
      const tokens = analyze.ascii?.(bytes, start, end, prefix);
      if (tokens !== undefined) sink(tokens);
      else analyze.text(spanText(bytes, start, end), prefix, sink);
    },
    take: () => nothing,
    reset: dropRow,
  };
}

/** Counts terms in the row under way: of a vocabulary by the number that `place` gives each. */
export function countingSink(
  { analyzer, vectorizer }: FeatureSettings,
  rows: RowCounts,
  place: GrowingVocabulary['place'],
): TokenSink {
  if (vectorizer.kind === 'vocabulary') {
    return createTermWalker(analyzer, ({ bytes }, start, end, hash) => rows.count(place(bytes, start, end, hash)));
  }
  const { n_features: columns = defaultColumns, alternate_sign: alternateSign } = vectorizer;
  return createMurmurWalker(analyzer, (hash) => {
    rows.add(Math.abs(hash) % columns, alternateSign && hash < 0 ? -1 : 1);
  });
}

const noTerms = { terms: undefined, rank: undefined };

/** The terms in code-point order, and by a term's number its place in it. */
export function rankTerms({ bytes, offsets, size }: GrowingVocabulary): { terms: TermTable; rank: Uint32Array } {
  const order = orderTerms({ bytes, offsets }, size);
  const rank = new Uint32Array(size);
  for (let place = 0; place < size; place++) rank[order[place] as number] = place;
  return { terms: pickTerms({ bytes, offsets }, order), rank };
}

/** A table of some terms of another, in shared memory. */
export function pickTerms({ bytes, offsets }: TermTable, picked: Uint32Array): TermTable {
  const pickedOffsets = sharedUints(picked.length + 1);
  for (let index = 0; index < picked.length; index++) {
    const term = picked[index] as number;
    const length = (offsets[term + 1] as number) - (offsets[term] as number);
    pickedOffsets[index + 1] = (pickedOffsets[index] as number) + length;
  }
  const pickedBytes = new Uint8Array(new SharedArrayBuffer(pickedOffsets[picked.length] as number));
  for (let index = 0; index < picked.length; index++) {
    let from = offsets[picked[index] as number] as number;
    const end = pickedOffsets[index + 1] as number;
    for (let at = pickedOffsets[index] as number; at < end; at++) pickedBytes[at] = bytes[from++] as number;
  }
  return { bytes: pickedBytes, offsets: pickedOffsets };
}

/** Once here, so that no fit and no fold has to sort: to keep some terms leaves those in order. */
function sortRows({ columns, counts, starts, rows, length }: RowCounts, rank: Uint32Array | undefined) {
  const sorted = { columns: sharedUints(length), counts: sharedInts(length) };
  sorted.counts.set(counts.subarray(0, length));
  if (rank === undefined) sorted.columns.set(columns.subarray(0, length));
  else for (let at = 0; at < length; at++) sorted.columns[at] = rank[columns[at] as number] as number;
  for (let row = 0; row < rows; row++) {
    sortRow(sorted.columns, sorted.counts, starts[row] as number, starts[row + 1] as number);
  }
  return sorted;
}
