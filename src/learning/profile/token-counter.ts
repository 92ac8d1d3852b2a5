import { createAnalyzer } from '../../models/text/analyzer.ts';
import type { AnalyzerSettings } from '../../models/text/analyzer-settings.ts';
import { createTermWalker } from '../../models/text/term-walker.ts';
import { tokenPrefix } from '../../models/text/token-buffer.ts';
import type { Vocabulary } from '../../models/text/vocabulary.ts';

export interface TokenCount {
  readonly tokens: number;
  /** Tokens, or where the vocabulary has no single ones n-grams, that are looked up, and those that are not found. */
  readonly asked: number;
  readonly unknown: number;
}

/** Counts a text's tokens. Keeps a buffer: it belongs to one thread. */
export type TokenCounter = (text: string) => TokenCount;

/** @param vocabulary undefined for hashing, which knows every token */
export function createTokenCounter(
  settings: AnalyzerSettings,
  { vocabulary, prefix = '' }: { readonly vocabulary?: Vocabulary | undefined; readonly prefix?: string } = {},
): TokenCounter {
  const analyzer = createAnalyzer(settings);
  const bytes = tokenPrefix(prefix);
  let [tokens, asked, unknown] = [0, 0, 0];
  // Of words and pairs only the words: nearly every pair of a text is new.
  const least = settings.ngram_range[0];
  const walk = createTermWalker({ ...settings, ngram_range: [least, least] }, (buffer, start, end, hash) => {
    if (vocabulary === undefined) return;
    asked++;
    if (vocabulary.find(buffer.bytes, start, end, hash) < 0) unknown++;
  });
  return (text) => {
    [tokens, asked, unknown] = [0, 0, 0];
    analyzer.text(text, bytes, (buffer) => {
      tokens += buffer.count;
      walk(buffer);
    });
    return { tokens, asked, unknown };
  };
}
