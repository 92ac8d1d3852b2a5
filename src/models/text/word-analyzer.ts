import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createPreparation } from './prepare-text.ts';
import { type Analyzer, hashBase, hashBytes, TokenBuffer, type TokenPrefix } from './token-buffer.ts';
import { writeUtf8 } from './utf8.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';
import { tokenCharacter, WordCharacters, wordCharacter } from './word-characters.ts';

/** Words of two or more word characters, and token characters by themselves. */
export function createWordAnalyzer(settings: AnalyzerSettings): Analyzer {
  const scanner = new WordScanner(settings);
  return (text, prefix, sink) => sink(scanner.scan(text, prefix));
}

/** Finds words: quickly in a text that is all ASCII, as nearly all are, else character by character. */
class WordScanner {
  readonly #tokens = new TokenBuffer();
  readonly #characters: WordCharacters;
  readonly #ascii: Uint8Array;
  readonly #prepare: (text: string) => string;
  readonly #stopWords: Vocabulary | undefined;

  constructor(settings: AnalyzerSettings) {
    this.#characters = new WordCharacters(settings.token_characters);
    this.#ascii = asciiTable(this.#characters, settings.lowercase);
    this.#prepare = createPreparation(settings);
    this.#stopWords = settings.stop_words.length > 0 ? vocabularyOf(settings.stop_words) : undefined;
  }

  scan(text: string, prefix: TokenPrefix): TokenBuffer {
    // At worst every character is a token, with its prefix and a space.
    this.#tokens.reserve((text.length + 1) * (2 + prefix.bytes.length), text.length + 1);
    if (this.#scanAscii(text, prefix)) return this.#tokens;
    const prepared = this.#prepare(text);
    this.#tokens.reserve((prepared.length + 1) * (4 + prefix.bytes.length), prepared.length + 1);
    this.#scanUnicode(prepared, prefix);
    return this.#tokens;
  }

  /**
   * The hot path: a table look-up for each character, which also lower-cases it. Two loops, one within words and one
   * between them, take half the time of one loop with a state.
   * @returns false at the first character beyond ASCII
   */
  #scanAscii(text: string, prefix: TokenPrefix): boolean {
    const ascii = this.#ascii;
    const { bytes } = this.#tokens;
    const { length } = text;
    const prefixLength = prefix.bytes.length;
    let start = 0;
    let index = 0;
    writePrefix(bytes, 0, prefix);
    while (index < length) {
      let unit = text.charCodeAt(index++);
      if (unit >= 0x80) return false;
      let byte = ascii[unit] as number;
      if (byte <= tokenCharacter) {
        if (byte === tokenCharacter) start = this.#keepAlone(start, unit, prefix);
        continue;
      }
      let at = start + prefixLength;
      let hash = prefix.hash;
      do {
        bytes[at++] = byte;
        hash = (Math.imul(hash, hashBase) + byte) | 0;
        if (index === length) {
          unit = 0;
          break;
        }
        unit = text.charCodeAt(index);
        if (unit >= 0x80) return false;
        byte = ascii[unit] as number;
        index++;
      } while (byte > tokenCharacter);
      if (at - start - prefixLength > 1) start = this.#keep(start, at, hash, prefix);
      if (byte === tokenCharacter) start = this.#keepAlone(start, unit, prefix);
    }
    return true;
  }

  /** The same for any text, which has been lower-cased and stripped of its accents already. */
  #scanUnicode(text: string, prefix: TokenPrefix): void {
    const { bytes } = this.#tokens;
    let start = 0;
    let at = writePrefix(bytes, 0, prefix);
    let characters = 0;
    for (const character of text) {
      const codePoint = character.codePointAt(0) as number;
      const kind = this.#characters.classOf(codePoint);
      if (kind === wordCharacter) {
        at = writeUtf8(bytes, at, codePoint);
        characters++;
        continue;
      }
      if (characters > 1) start = this.#keep(start, at, hashBytes(bytes, start, at), prefix);
      if (kind === tokenCharacter) start = this.#keepAlone(start, codePoint, prefix);
      at = start + prefix.bytes.length;
      characters = 0;
    }
    if (characters > 1) this.#keep(start, at, hashBytes(bytes, start, at), prefix);
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
