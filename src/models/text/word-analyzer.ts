import type { AnalyzerSettings } from './analyzer-settings.ts';
import { createPreparation } from './prepare-text.ts';
import { type Analyzer, hashBase, hashBytes, space, TokenBuffer, type TokenPrefix } from './token-buffer.ts';
import { writeUtf8 } from './utf8.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';
import { separator, tokenCharacter, WordCharacters, wordCharacter } from './word-characters.ts';

const backslash = 0x5c;
/** The one class that tables of bytes to write have no use for. */
const unusual = wordCharacter;

/** Words of two or more word characters, and token characters by themselves. */
export function createWordAnalyzer(settings: AnalyzerSettings): Analyzer {
  const scanner = new WordScanner(settings);
  return {
    text: (text, prefix, sink) => sink(scanner.scan(text, prefix)),
    ascii: (bytes, start, end, prefix) => scanner.scanBytes(bytes, start, end, prefix),
  };
}

/** Finds words: quickly in a text that is all ASCII, as nearly all are, else character by character. */
class WordScanner {
  readonly #tokens = new TokenBuffer();
  readonly #characters: WordCharacters;
  readonly #ascii: Uint8Array;
  /** The same for bytes of a JSON string, and `unusual` for what is not the text itself. */
  readonly #asciiBytes: Uint8Array;
  readonly #prepare: (text: string) => string;
  readonly #stopWords: Vocabulary | undefined;

  constructor(settings: AnalyzerSettings) {
    this.#characters = new WordCharacters(settings.token_characters);
    this.#ascii = asciiTable(this.#characters, settings.lowercase);
    this.#asciiBytes = new Uint8Array(256).fill(unusual);
    this.#asciiBytes.set(this.#ascii);
    this.#asciiBytes[backslash] = unusual;
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

  /** The tokens of a JSON string in bytes; undefined when it has an escape or a character beyond ASCII. */
  scanBytes(source: Uint8Array, start: number, end: number, prefix: TokenPrefix): TokenBuffer | undefined {
    const tokens = this.#tokens;
    tokens.reserve((end - start + 1) * (2 + prefix.bytes.length), end - start + 1);
    if (!findWords(this.#asciiBytes, source, start, end, prefix, tokens)) return undefined;
    if (this.#stopWords !== undefined) dropStopWords(tokens, prefix, this.#stopWords);
    return tokens;
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

/**
 * The hot loop of `scanBytes`; false when a byte is unusual. The loop over a word's bytes has nothing else in it: only
 * then does the compiled code fetch the arrays before it and not for every byte, which would double its time.
 */
function findWords(
  table: Uint8Array,
  source: Uint8Array,
  start: number,
  end: number,
  prefix: TokenPrefix,
  tokens: TokenBuffer,
): boolean {
  const { bytes, starts, ends, hashes } = tokens;
  const prefixLength = prefix.bytes.length;
  let count = 0;
  let wordStart = writePrefix(bytes, 0, prefix);
  for (let index = start; ; index++) {
    let kind: number = separator;
    let hash = prefix.hash;
    let at = wordStart;
    for (; index < end; index++) {
      kind = table[source[index] as number] as number;
      if (kind <= tokenCharacter) break;
      bytes[at++] = kind;
      hash = (Math.imul(hash, hashBase) + kind) | 0;
    }
    if (at - wordStart > 1) {
      starts[count] = wordStart - prefixLength;
      ends[count] = at;
      hashes[count++] = hash;
      bytes[at] = space;
      wordStart = prefixLength === 0 ? at + 1 : writePrefix(bytes, at + 1, prefix);
    }
    if (index >= end) break;
    if (kind === unusual) return false;
    if (kind === tokenCharacter) {
      const byte = source[index] as number;
      bytes[wordStart] = byte;
      bytes[wordStart + 1] = space;
      starts[count] = wordStart - prefixLength;
      ends[count] = wordStart + 1;
      hashes[count++] = (Math.imul(prefix.hash, hashBase) + byte) | 0;
      wordStart = writePrefix(bytes, wordStart + 2, prefix);
    }
  }
  tokens.count = count;
  return true;
}

/** Closes the gaps, because n-grams are of the words that are left. */
function dropStopWords(tokens: TokenBuffer, prefix: TokenPrefix, stopWords: Vocabulary): void {
  const { bytes, starts, ends, hashes, count } = tokens;
  const prefixLength = prefix.bytes.length;
  let at = 0;
  tokens.count = 0;
  for (let index = 0; index < count; index++) {
    const start = starts[index] as number;
    const end = ends[index] as number;
    const word = start + prefixLength;
    if (stopWords.find(bytes, word, end, hashBytes(bytes, word, end)) >= 0) continue;
    if (at < start) bytes.copyWithin(at, start, end);
    at = tokens.push(at, at + end - start, hashes[index] as number);
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
