import { compareCodePoints } from './code-point-order.ts';

/** Which terms become columns: scikit-learn's rules. A whole number counts documents, a fraction is their share. */
export interface VocabularyOptions {
  /** Default 1. */
  readonly min_df?: number | undefined;
  /** Default 1.0: any share; a whole number above 1 counts documents. */
  readonly max_df?: number | { readonly documents: number } | undefined;
  /** Keeps the terms that occur most often in all; of equals, the first in order. */
  readonly max_features?: number | undefined;
}

export interface FittedVocabulary {
  /** In code-point order. */
  readonly terms: readonly string[];
  /** In how many documents each term occurs. */
  readonly documentFrequencies: readonly number[];
  readonly documents: number;
}

/** The vocabulary of documents, each given as its terms with repetitions. */
export function fitVocabulary(
  documents: readonly (readonly string[])[],
  options: VocabularyOptions = {},
): FittedVocabulary {
  const counts = countTerms(documents);
  const least = asCount(options.min_df ?? 1, documents.length);
  const most = asCount(options.max_df ?? { documents: documents.length }, documents.length);
  let kept = [...counts].filter(([, { inDocuments }]) => inDocuments >= least && inDocuments <= most);
  kept.sort(([a], [b]) => compareCodePoints(a, b));
  if (options.max_features !== undefined && kept.length > options.max_features) {
    const ranked = kept.toSorted(([, a], [, b]) => b.total - a.total).slice(0, options.max_features);
    const chosen = new Set(ranked.map(([term]) => term));
    kept = kept.filter(([term]) => chosen.has(term));
  }
  return {
    terms: kept.map(([term]) => term),
    documentFrequencies: kept.map(([, { inDocuments }]) => inDocuments),
    documents: documents.length,
  };
}

/** ln((1 + n) / (1 + df)) + 1, as if one more document held every term; or ln(n / df) + 1 without smoothing. */
export function inverseDocumentFrequencies(
  { documentFrequencies, documents }: FittedVocabulary,
  smooth = true,
): number[] {
  const extra = smooth ? 1 : 0;
  return documentFrequencies.map((frequency) => Math.log((documents + extra) / (frequency + extra)) + 1);
}

function countTerms(documents: readonly (readonly string[])[]) {
  const counts = new Map<string, { total: number; inDocuments: number; last: number }>();
  for (const [document, terms] of documents.entries()) {
    for (const term of terms) {
      let count = counts.get(term);
      if (count === undefined) {
        count = { total: 0, inDocuments: 0, last: -1 };
        counts.set(term, count);
      }
      count.total++;
      if (count.last !== document) {
        count.inDocuments++;
        count.last = document;
      }
    }
  }
  return counts;
}

function asCount(limit: number | { readonly documents: number }, documents: number): number {
  if (typeof limit === 'object') return limit.documents;
  return Number.isInteger(limit) ? limit : limit * documents;
}
