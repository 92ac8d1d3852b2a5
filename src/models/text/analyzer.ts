import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createCharacterAnalyzer } from './character-analyzer.ts';
import { leastTokens } from './term-walker.ts';
import type { Analyzer, TokenPrefix } from './token-buffer.ts';
import { createWordAnalyzer } from './word-analyzer.ts';

/** An analyzer equal to scikit-learn's for the same settings; it keeps a buffer, so it belongs to one thread. */
export function createAnalyzer(settings: AnalyzerSettings): Analyzer {
  return settings.kind === 'word' ? createWordAnalyzer(settings) : createCharacterAnalyzer(settings);
}

/** The terms of a text as strings, for fitting a vocabulary: per run the shorter n-grams first, as scikit-learn. */
export function createTermLister(settings: AnalyzerSettings): (text: string, prefix: TokenPrefix) => string[] {
  const analyzer = createAnalyzer(settings);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (text, prefix) => {
    const terms: string[] = [];
    analyzer.text(text, prefix, (tokens) => {
      const longest = Math.min(settings.ngram_range[1], tokens.count);
      for (let length = leastTokens(tokens.count, settings); length <= longest; length++) {
        for (let last = length - 1; last < tokens.count; last++) {
          terms.push(decoder.decode(tokens.bytes.subarray(tokens.starts[last - length + 1], tokens.ends[last])));
        }
      }
    });
    return terms;
  };
}
