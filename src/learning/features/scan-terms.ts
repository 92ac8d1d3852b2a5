import { hashBytes } from '../../models/text/token-buffer.ts';
import type { JsonValue } from '../../records/json-value.ts';
import type { TextSpans } from '../../records/text-spans.ts';
import { countingSink, createTextCounter, rankTerms } from './count-terms.ts';
import { type FittedFeatures, fitTo, needsTotals } from './fit-features.ts';
import { GrowingVocabulary } from './growing-vocabulary.ts';
import { grown } from './grown.ts';
import { createFeatureReader } from './read-features.ts';
import { RowCounts } from './row-counts.ts';
import { NumberSums } from './scaling.ts';
import { checkFeatureSettings, defaultColumns, type FeatureSettings } from './settings.ts';

export interface ScanOptions {
  /** How many terms are kept in memory, some 60 bytes each. Default 2^20. */
  readonly maxTerms?: number | undefined;
}

/**
 * The first of two passes over data that memory does not hold: learns what `fitFeatures` learns and keeps no row. The
 * second pass is `createTransformer`'s. The two give the same unless terms were pruned.
 */
export class TermScan {
  readonly #settings: FeatureSettings;
  readonly #maxTerms: number;
  readonly #read: ReturnType<typeof createFeatureReader>;
  /** The row under way alone. */
  readonly #row = new RowCounts();
  readonly #sums: NumberSums;
  #vocabulary = new GrowingVocabulary();
  #inDocuments = new Uint32Array(0);
  #totals: Float64Array | undefined;
  #documents = 0;
  #prunedTerms = 0;
  /** Terms of at most so many documents were dropped the last time. */
  #prunedBelow = 0;
  /** In how many documents a term may occur that was dropped each time. */
  #missed = 0;

  constructor(settings: FeatureSettings, { maxTerms = 2 ** 20 }: ScanOptions = {}) {
    checkFeatureSettings(settings);
    this.#settings = settings;
    this.#maxTerms = maxTerms;
    if (needsTotals(settings)) this.#totals = new Float64Array(0);
    this.#sums = new NumberSums(settings.input.features.length);
    const sink = countingSink(settings, this.#row, (bytes, start, end, hash) =>
      this.#vocabulary.place(bytes, start, end, hash),
    );
    this.#read = createFeatureReader(
      settings,
      createTextCounter(settings, sink, () => this.#row.clear()),
    );
  }

  /** @throws RecordError naming the field at fault; the record then counts as if it had not been there */
  add(record: JsonValue | TextSpans): void {
    const { numbers } = this.#read(record);
    this.#row.endRow();
    this.#sums.add(numbers);
    this.#documents++;
    this.#count();
    this.#row.clear();
    if (this.#vocabulary.size > this.#maxTerms) this.#prune();
  }

  /** @throws BatchlineError INVALID_INPUT when no row or no term is left */
  finish(): FittedFeatures {
    this.#row.clear();
    const { input, numeric } = this.#settings;
    // Else those of the last rows alone would be there, however rare.
    if (this.#prunedBelow > 0) this.#drop(this.#prunedBelow);
    return fitTo(
      {
        ...this.#frequencies(),
        documents: this.#documents,
        numeric: numeric.standardize && input.features.length > 0 ? this.#sums.finish() : undefined,
        pruned: this.#prunedTerms > 0 ? { terms: this.#prunedTerms, certainFrom: this.#missed + 1 } : undefined,
      },
      this.#settings,
    );
  }

  #count(): void {
    const { columns, counts, length } = this.#row;
    for (let at = 0; at < length; at++) {
      const column = columns[at] as number;
      this.#inDocuments = grown(this.#inDocuments, column + 1);
      this.#inDocuments[column] = (this.#inDocuments[column] as number) + 1;
      if (this.#totals === undefined) continue;
      this.#totals = grown(this.#totals, column + 1);
      this.#totals[column] = (this.#totals[column] as number) + (counts[at] as number);
    }
  }

  /** Drops the rarest terms until half the room is free: with less, each few rows would prune again. */
  #prune(): void {
    const sizes = new Uint32Array(this.#documents + 2);
    const { size } = this.#vocabulary;
    for (let term = 0; term < size; term++) {
      const frequency = this.#inDocuments[term] as number;
      sizes[frequency] = (sizes[frequency] as number) + 1;
    }
    let below = 0;
    for (let left = size; left > this.#maxTerms / 2 || below < this.#prunedBelow; ) left -= sizes[++below] as number;
    this.#prunedBelow = below;
    this.#drop(below);
  }

  #drop(below: number): void {
    const { bytes, offsets, size } = this.#vocabulary;
    const vocabulary = new GrowingVocabulary();
    for (let term = 0; term < size; term++) {
      const frequency = this.#inDocuments[term] as number;
      if (frequency <= below) continue;
      const [start, end] = [offsets[term] as number, offsets[term + 1] as number];
      const kept = vocabulary.place(bytes, start, end, hashBytes(bytes, start, end));
      this.#inDocuments[kept] = frequency;
      if (this.#totals) this.#totals[kept] = this.#totals[term] as number;
    }
    this.#inDocuments.fill(0, vocabulary.size);
    this.#totals?.fill(0, vocabulary.size);
    this.#prunedTerms += size - vocabulary.size;
    this.#missed += below;
    this.#vocabulary = vocabulary;
  }

  #frequencies() {
    const { input, vectorizer } = this.#settings;
    const hashes = vectorizer.kind === 'hashing' && input.text.length > 0;
    if (hashes || input.text.length === 0) {
      const width = hashes ? (vectorizer.n_features ?? defaultColumns) : 0;
      const inDocuments = new Uint32Array(width);
      inDocuments.set(this.#inDocuments.subarray(0, width));
      return { terms: undefined, width, inDocuments, totals: undefined };
    }
    const { terms, rank } = rankTerms(this.#vocabulary);
    const inDocuments = new Uint32Array(rank.length);
    const totals = this.#totals && new Float64Array(rank.length);
    for (let term = 0; term < rank.length; term++) {
      const place = rank[term] as number;
      inDocuments[place] = this.#inDocuments[term] as number;
      if (totals) totals[place] = this.#totals?.[term] as number;
    }
    return { terms, width: rank.length, inDocuments, totals };
  }
}
