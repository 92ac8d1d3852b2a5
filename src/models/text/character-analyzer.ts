import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createPreparation } from './prepare-text.ts';
import { type Analyzer, hashBytes, TokenBuffer } from './token-buffer.ts';
import { writeUtf8 } from './utf8.ts';

/** Python's `\s`; JavaScript's has U+FEFF too, and lacks the separators U+001C to U+001F and U+0085. */
const whitespace = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const whitespaceRun = new RegExp(`${whitespace}{2,}`, 'g');
const wordBoundary = new RegExp(whitespace);

/** Characters as tokens: of the whole text, or with char_wb of each word with a space on both sides. */
export function createCharacterAnalyzer(settings: AnalyzerSettings): Analyzer {
  const tokens = new TokenBuffer();
  const prepare = createPreparation(settings);
  return {
    text(text, _prefix, sink) {
      const normalised = prepare(text).replace(whitespaceRun, ' ');
      if (settings.kind === 'char') {
        pushCharacters(tokens, normalised);
        sink(tokens);
        return;
      }
      for (const word of normalised.split(wordBoundary)) {
        if (word === '') continue;
        pushCharacters(tokens, ` ${word} `);
        sink(tokens);
      }
    },
  };
}

function pushCharacters(tokens: TokenBuffer, text: string): void {
  tokens.reserve(text.length * 3 + 1, text.length);
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const codePoint = text.codePointAt(index) as number;
    if (codePoint > 0xffff) index++;
    const end = writeUtf8(tokens.bytes, start, codePoint);
    tokens.push(start, end, hashBytes(tokens.bytes, start, end));
    start = end;
  }
}
