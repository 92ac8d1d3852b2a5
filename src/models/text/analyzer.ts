import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createCharacterAnalyzer } from './character-analyzer.ts';
import type { Analyzer, TokenBuffer, TokenPrefix } from './token-buffer.ts';
import { createWordAnalyzer } from './word-analyzer.ts';

/** An analyzer equal to scikit-learn's for the same settings; it keeps a buffer, so it belongs to one thread. */
export function createAnalyzer(settings: AnalyzerSettings): Analyzer {
  return settings.kind === 'word' ? createWordAnalyzer(settings) : createCharacterAnalyzer(settings);
}

/** Called with each term: the range of the buffer's bytes and its hash. */
export type TermVisitor = (tokens: TokenBuffer, start: number, end: number, hash: number) => void;

/** Visits the n-grams of a run of tokens. */
export function eachTerm(tokens: TokenBuffer, settings: AnalyzerSettings, visit: TermVisitor): void {
  const [least, most] = effectiveRange(tokens.count, settings);
  for (let first = 0; first < tokens.count; first++) {
    const start = tokens.starts[first] as number;
    let hash = tokens.hashes[first] as number;
    if (least === 1) visit(tokens, start, tokens.ends[first] as number, hash);
    const end = Math.min(first + most, tokens.count);
    for (let last = first + 1; last < end; last++) {
      hash = tokens.join(hash, last);
      if (last - first + 1 >= least) visit(tokens, start, tokens.ends[last] as number, hash);
    }
  }
}

/** With char_wb a word shorter than the least n-gram is a term as a whole; otherwise it has no term. */
function effectiveRange(
  count: number,
  { kind, ngram_range: [least, most] }: AnalyzerSettings,
): readonly [number, number] {
  return kind === 'char_wb' && count < least ? [count, count] : [least, most];
}

/** The terms of a text as strings, for fitting a vocabulary: per run the shorter n-grams first, as scikit-learn. */
export function createTermLister(settings: AnalyzerSettings): (text: string, prefix: TokenPrefix) => string[] {
  const analyzer = createAnalyzer(settings);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (text, prefix) => {
    const terms: string[] = [];
    analyzer.text(text, prefix, (tokens) => {
      const [least, most] = effectiveRange(tokens.count, settings);
      for (let length = least; length <= Math.min(most, tokens.count); length++) {
        for (let last = length - 1; last < tokens.count; last++) {
          terms.push(decoder.decode(tokens.bytes.subarray(tokens.starts[last - length + 1], tokens.ends[last])));
        }
      }
    });
    return terms;
  };
}
