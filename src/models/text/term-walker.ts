import type { AnalyzerSettings } from './analyzer-settings.ts';
import { finish, mixBlock, mixTail } from './murmur3.ts';
import type { TokenBuffer, TokenSink } from './token-buffer.ts';

/** Called with each term: the range of the buffer's bytes and its hash. */
export type TermVisitor = (tokens: TokenBuffer, start: number, end: number, hash: number) => void;

/** A sink that visits the n-grams of each run of tokens: all that begin with the first token, then with the second… */
export function createTermWalker(settings: AnalyzerSettings, visit: TermVisitor): TokenSink {
  const [, most] = settings.ngram_range;
  return (tokens) => {
    const { count, starts, ends, hashes } = tokens;
    const least = leastTokens(count, settings);
    for (let first = 0; first < count; first++) {
      const start = starts[first] as number;
      let hash = hashes[first] as number;
      if (least === 1) visit(tokens, start, ends[first] as number, hash);
      const end = Math.min(first + most, count);
      for (let last = first + 1; last < end; last++) {
        hash = tokens.join(hash, last);
        if (last - first + 1 >= least) visit(tokens, start, ends[last] as number, hash);
      }
    }
  };
}

/**
 * The same for the terms' murmur3 alone. A longer n-gram goes on where the shorter one with the same start left off,
 * which saves a third of the hashing of words and pairs.
 */
export function createMurmurWalker(settings: AnalyzerSettings, visit: (hash: number) => void): TokenSink {
  const [, most] = settings.ngram_range;
  return ({ bytes, view, starts, ends, count }) => {
    const least = leastTokens(count, settings);
    for (let first = 0; first < count; first++) {
      const start = starts[first] as number;
      const after = Math.min(first + most, count);
      let hash = 0;
      let at = start;
      for (let last = first; last < after; last++) {
        const end = ends[last] as number;
        for (; at + 4 <= end; at += 4) hash = mixBlock(hash, view.getInt32(at, true));
        if (last - first + 1 >= least) visit(finish(mixTail(hash, bytes, at, end), end - start));
      }
    }
  };
}

/** With char_wb a word shorter than the least n-gram is a term as a whole; otherwise it has no term. */
export function leastTokens(count: number, { kind, ngram_range }: AnalyzerSettings): number {
  const [least] = ngram_range;
  return kind === 'char_wb' && count < least ? count : least;
}
