import { TermCounter } from '../../../src/learning/features/count-terms.ts';
import type { FeatureSettings, TextSettings } from '../../../src/learning/features/settings.ts';
import type { SparseBlock } from '../../../src/learning/sparse-block.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../../src/models/text/analyzer-settings.ts';
import type { JsonValue } from '../../../src/records/json-value.ts';

export interface SettingsPart {
  readonly text?: FeatureSettings['input']['text'];
  readonly features?: readonly string[];
  readonly analyzer?: Partial<AnalyzerSettings>;
  readonly vectorizer?: Partial<TextSettings>;
  readonly standardize?: boolean;
}

/** Counts of the field `text`, but for what a test names. */
export function settingsOf(part: SettingsPart = {}): FeatureSettings {
  return {
    input: { text: part.text ?? [{ path: '$.text' }], features: part.features ?? [] },
    analyzer: { ...defaultAnalyzerSettings, ...part.analyzer },
    vectorizer: {
      kind: 'vocabulary',
      alternate_sign: false,
      values: 'count',
      tfidf: false,
      smooth_idf: true,
      sublinear_tf: false,
      norm: null,
      ...part.vectorizer,
    },
    numeric: { standardize: part.standardize ?? false },
  };
}

/** The settings that a TfidfVectorizer's parameters stand for. */
// biome-ignore lint/suspicious/noExplicitAny: any of scikit-learn's parameters.
export function settingsOfParams(params: any): FeatureSettings {
  const { analyzer = 'word', lowercase = true, ngram_range = [1, 1], stop_words = [], ...rest } = params;
  return settingsOf({
    analyzer: { kind: analyzer, lowercase, ngram_range, stop_words },
    vectorizer: {
      values: rest.binary ? 'presence' : 'count',
      tfidf: rest.use_idf ?? true,
      smooth_idf: rest.smooth_idf ?? true,
      sublinear_tf: rest.sublinear_tf ?? false,
      norm: rest.norm === undefined ? 'l2' : rest.norm,
      min_df: rest.min_df,
      max_df: rest.max_df,
      max_features: rest.max_features,
    },
  });
}

export function count(records: readonly JsonValue[], settings: FeatureSettings) {
  const counter = new TermCounter(settings);
  for (const record of records) counter.add(record);
  return counter.finish();
}

export const asRecords = (texts: readonly string[]) => texts.map((text) => ({ text }));

/** 0, 1, 2 … or those from `start` to `end`. */
export function range(start: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - start }, (_, index) => start + index);
}

/** The rows of a block as [columns, values]. */
export function rowsOf({ rows, starts, columns, values }: SparseBlock): [columns: number[], values: number[]][] {
  return Array.from({ length: rows }, (_, row) => {
    const [start, end] = [starts[row] as number, starts[row + 1] as number];
    const kept = [...columns.subarray(start, end)];
    return [kept, values ? [...values.subarray(start, end)] : kept.map(() => 1)];
  });
}
