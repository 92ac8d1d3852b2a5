import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createPreparation } from './prepare-text.ts';
import { type Analyzer, hashBase, hashBytes, TokenBuffer, type TokenPrefix } from './token-buffer.ts';
import { writeUtf8 } from './utf8.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';
import { tokenCharacter, WordCharacters, wordCharacter } from './word-characters.ts';

/** Words of two or more word characters, and token characters by themselves. */
export function createWordAnalyzer(settings: AnalyzerSettings): Analyzer {
  const scanner = new WordScanner(settings);
  return (text, prefix, sink) => sink(scanner.scan(text, prefix, false));
}

/**
 * The hot path: one pass over a text's UTF-16 units, with a table look-up for each that also lower-cases. It takes the
 * text as it is until a character beyond ASCII turns up, and then starts again on the prepared text.
 */
class WordScanner {
  readonly #tokens = new TokenBuffer();
  readonly #characters: WordCharacters;
  /** For a text as it came. */
  readonly #ascii: Uint8Array;
  /** For a prepared text: what stripping an accent made upper case stays so, as in scikit-learn. */
  readonly #preparedAscii: Uint8Array;
  readonly #prepare: (text: string) => string;
  readonly #stopWords: Vocabulary | undefined;

  constructor(settings: AnalyzerSettings) {
    this.#characters = new WordCharacters(settings.token_characters);
    this.#ascii = asciiTable(this.#characters, settings.lowercase);
    this.#preparedAscii = asciiTable(this.#characters, false);
    this.#prepare = createPreparation(settings);
    this.#stopWords = settings.stop_words.length > 0 ? vocabularyOf(settings.stop_words) : undefined;
  }

  scan(text: string, prefix: TokenPrefix, prepared: boolean): TokenBuffer {
    const ascii = prepared ? this.#preparedAscii : this.#ascii;
    const { length } = text;
    // At worst every unit is a token: up to three bytes of UTF-8 once it may be beyond ASCII, its prefix and a space.
    this.#tokens.reserve((length + 1) * ((prepared ? 4 : 2) + prefix.bytes.length), length + 1);
    const { bytes } = this.#tokens;
    let tokenStart = 0;
    let characters = 0;
    let hash = prefix.hash;
    let at = writePrefix(bytes, 0, prefix);

    for (let index = 0; index < length; index++) {
      let codePoint = text.charCodeAt(index);
      let kind = codePoint < 0x80 ? (ascii[codePoint] as number) : 0;
      if (kind > tokenCharacter) {
        bytes[at++] = kind;
        hash = (Math.imul(hash, hashBase) + kind) | 0;
        characters++;
        continue;
      }
      if (codePoint >= 0x80) {
        if (!prepared) return this.scan(this.#prepare(text), prefix, true);
        codePoint = text.codePointAt(index) as number;
        if (codePoint > 0xffff) index++;
        kind = this.#characters.classOf(codePoint);
        if (kind === wordCharacter) {
          for (const end = writeUtf8(bytes, at, codePoint); at < end; at++) {
            hash = (Math.imul(hash, hashBase) + (bytes[at] as number)) | 0;
          }
          characters++;
          continue;
        }
      }
      if (characters > 1) tokenStart = this.#keep(tokenStart, at, hash, prefix);
      if (kind === tokenCharacter) tokenStart = this.#keepAlone(tokenStart, codePoint, prefix);
      at = tokenStart + prefix.bytes.length;
      hash = prefix.hash;
      characters = 0;
    }
    if (characters > 1) this.#keep(tokenStart, at, hash, prefix);
    return this.#tokens;
  }

  /** Takes a word, unless it is a stop word; returns where the next begins, its prefix already written. */
  #keep(start: number, end: number, hash: number, prefix: TokenPrefix): number {
    if (this.#stopWords !== undefined) {
      const { bytes } = this.#tokens;
      const word = start + prefix.bytes.length;
      if (this.#stopWords.find(bytes, word, end, hashBytes(bytes, word, end)) >= 0) return start;
    }
    const next = this.#tokens.push(start, end, hash);
    writePrefix(this.#tokens.bytes, next, prefix);
    return next;
  }

  #keepAlone(start: number, codePoint: number, prefix: TokenPrefix): number {
    const { bytes } = this.#tokens;
    const end = writeUtf8(bytes, start + prefix.bytes.length, codePoint);
    return this.#keep(start, end, hashBytes(bytes, start, end), prefix);
  }
}

/** A byte by byte copy: a prefix has few bytes, and `set` is a call. */
function writePrefix(bytes: Uint8Array, at: number, { bytes: prefix }: TokenPrefix): number {
  for (let index = 0; index < prefix.length; index++) bytes[at + index] = prefix[index] as number;
  return at + prefix.length;
}

/** For ASCII: the byte to write for a word character (all are above the class numbers), otherwise its class. */
function asciiTable(characters: WordCharacters, lowercase: boolean): Uint8Array {
  return Uint8Array.from({ length: 0x80 }, (_, unit) => {
    const kind = characters.classOfUnit(unit);
    if (kind !== wordCharacter) return kind;
    return lowercase ? String.fromCharCode(unit).toLowerCase().charCodeAt(0) : unit;
  });
}
