/** How a text becomes terms: the names and meanings of scikit-learn's vectorizers, plus `token_characters`. */
export interface AnalyzerSettings {
  /** Words (`(?u)\b\w\w+\b`), characters, or characters within word boundaries. */
  readonly kind: 'word' | 'char' | 'char_wb';
  readonly lowercase: boolean;
  readonly strip_accents: 'unicode' | 'ascii' | null;
  /** The least and most tokens in a term. */
  readonly ngram_range: readonly [number, number];
  /** Words that are left out before pairs are formed. */
  readonly stop_words: readonly string[];
  /**
   * Characters that are tokens by themselves, wherever they stand: with `+`, "idli+vada" and "idli + vada" both give
   * `idli`, `+`, `vada`. The same as scikit-learn's token_pattern `(?u)\b\w\w+\b|[+]`.
   */
  readonly token_characters: string;
}

export const defaultAnalyzerSettings: AnalyzerSettings = {
  kind: 'word',
  lowercase: true,
  strip_accents: null,
  ngram_range: [1, 1],
  stop_words: [],
  token_characters: '',
};
