import { BatchlineError } from '../../errors.ts';
import type { AnalyzerSettings } from '../../models/text/analyzer-settings.ts';

/** What of a record becomes features, and how: the names and meanings of scikit-learn's vectorizers and of model.json. */
export interface FeatureSettings {
  readonly input: {
    readonly text: readonly {
      readonly path: string;
      /** Put before each token. Default none. */
      readonly prefix?: string | undefined;
      /** Whether a record may lack it. Default false. */
      readonly optional?: boolean | undefined;
    }[];
    /** Paths of numbers. */
    readonly features: readonly string[];
  };
  readonly analyzer: AnalyzerSettings;
  readonly vectorizer: TextSettings;
  readonly numeric: {
    /** Whether each numeric column is brought to mean 0 and standard deviation 1, as by StandardScaler. */
    readonly standardize: boolean;
  };
}

export interface TextSettings {
  readonly kind: 'vocabulary' | 'hashing';
  /** Of hashing: the number of columns. Default 2^20. */
  readonly n_features?: number | undefined;
  /** Of hashing: whether a hash's sign is the sign of what its term adds. */
  readonly alternate_sign: boolean;
  readonly values: 'count' | 'presence';
  readonly tfidf: boolean;
  readonly smooth_idf: boolean;
  readonly sublinear_tf: boolean;
  readonly norm: 'l1' | 'l2' | null;
  /** A whole number of documents, or a share below 1. Default 1. */
  readonly min_df?: number | undefined;
  /** The same; 1 is the share, all documents, because YAML does not tell 1 from 1.0. Default 1. */
  readonly max_df?: number | undefined;
  /** Keeps the terms that occur most often in all; of equals, the first in order. Default all. */
  readonly max_features?: number | undefined;
}

export const defaultColumns = 2 ** 20;

/** @throws BatchlineError INVALID_SETTING for settings that are right alone but not together */
export function checkFeatureSettings({ input, analyzer, vectorizer }: FeatureSettings): void {
  if (input.text.length === 0 && input.features.length === 0) {
    fail('input: expected at least one of features and text');
  }
  if (analyzer.kind !== 'word' && input.text.some(({ prefix }) => prefix)) {
    fail(`input.text: a prefix needs the analyzer kind word, received ${analyzer.kind}`);
  }
  if (vectorizer.kind === 'vocabulary') return;
  const limit = (['min_df', 'max_df', 'max_features'] as const).find((name) => (vectorizer[name] ?? 1) !== 1);
  if (limit) fail(`vectorizer.${limit}: expected none, because hashing keeps no terms; received ${vectorizer[limit]}`);
  if (vectorizer.alternate_sign && vectorizer.sublinear_tf) {
    fail('vectorizer.sublinear_tf: expected false, because alternate_sign makes counts negative');
  }
  if (vectorizer.tfidf && !vectorizer.smooth_idf) {
    fail('vectorizer.smooth_idf: expected true for hashing, because ln(n/0) of a column never seen is infinite');
  }
}

/** Equal for settings that count the same terms, so that variants that differ elsewhere share one counting. */
export function countingKey({ input, analyzer, vectorizer }: FeatureSettings): string {
  const { kind, n_features: columns = defaultColumns, alternate_sign: alternateSign } = vectorizer;
  const fields = input.text.map(({ path, prefix = '', optional = false }) => [path, prefix, optional]);
  const words = Object.entries(analyzer).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, input.features, words, kind, ...(kind === 'hashing' ? [columns, alternateSign] : [])]);
}

function fail(message: string): never {
  throw new BatchlineError('INVALID_SETTING', message);
}
