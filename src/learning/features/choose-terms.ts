import { BatchlineError } from '../../errors.ts';
import type { TextSettings } from './settings.ts';

/** What is known of the terms to choose from, by their number. */
export interface TermFrequencies {
  readonly inDocuments: Uint32Array;
  /** Default: the same as `inDocuments`. */
  readonly totals: Float64Array | undefined;
  readonly documents: number;
}

/**
 * Which terms become columns, by scikit-learn's rules: writes each term's column, or -1, into `columnOf` and returns
 * how many there are. Terms are in code-point order, and so are their columns.
 */
export function chooseTerms(columnOf: Int32Array, frequencies: TermFrequencies, settings: TextSettings): number {
  const { inDocuments, documents, totals = inDocuments } = frequencies;
  const { min_df: minDf = 1, max_df: maxDf = 1, max_features: limit } = settings;
  // A term of rows outside the fold occurs in no document here, and is none of its terms even at min_df 0.
  const least = Math.max(1, minDf < 1 ? minDf * documents : minDf);
  const most = maxDf <= 1 ? maxDf * documents : maxDf;
  let kept = 0;
  for (let term = 0; term < columnOf.length; term++) {
    const frequency = inDocuments[term] as number;
    columnOf[term] = frequency >= least && frequency <= most ? kept++ : -1;
  }
  if (limit !== undefined && kept > limit) kept = keepCommonest(columnOf, totals, limit);
  if (kept === 0) throw noTerms(minDf, maxDf, frequencies);
  return kept;
}

function keepCommonest(columnOf: Int32Array, totals: Uint32Array | Float64Array, limit: number): number {
  const known: number[] = [];
  for (let term = 0; term < columnOf.length; term++) if ((columnOf[term] as number) >= 0) known.push(term);
  // The sort is stable: of equals, the first in order stay first.
  known.sort((a, b) => (totals[b] as number) - (totals[a] as number));
  columnOf.fill(-1);
  const kept = Uint32Array.from(known.slice(0, limit)).sort();
  for (let column = 0; column < kept.length; column++) columnOf[kept[column] as number] = column;
  return kept.length;
}

function noTerms(minDf: number, maxDf: number, { inDocuments, documents }: TermFrequencies): BatchlineError {
  const found = inDocuments.reduce((count, frequency) => count + (frequency > 0 ? 1 : 0), 0);
  return new BatchlineError(
    'INVALID_INPUT',
    found === 0
      ? `no term in any of ${documents} rows: expected texts with words of two letters or more that are not all stop words`
      : `none of ${found} terms in ${documents} rows has between min_df ${minDf} and max_df ${maxDf}: lower min_df or raise max_df`,
  );
}
