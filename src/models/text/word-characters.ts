/** What a character is to the word analyzer. */
export const separator = 0;
export const wordCharacter = 1;
/** A token by itself, named in `token_characters`. */
export const tokenCharacter = 2;
export type CharacterClass = typeof separator | typeof wordCharacter | typeof tokenCharacter;

/** Python's `\w`; JavaScript's own is ASCII only, even with the u flag. */
const word = /^[\p{L}\p{N}_]$/u;

/**
 * Classes of characters by table: a regular expression per character would cost more than all the rest. A table of the
 * whole BMP at once would cost 64 kB and 5 ms per worker, so it is filled by the page of 256 that a text needs.
 */
export class WordCharacters {
  readonly #tokens: ReadonlySet<number>;
  readonly #pages: (Uint8Array | undefined)[] = new Array(256).fill(undefined);
  readonly #astral = new Map<number, CharacterClass>();

  constructor(tokenCharacters: string) {
    this.#tokens = new Set(Array.from(tokenCharacters, (character) => character.codePointAt(0) as number));
  }

  /** The class of a UTF-16 unit that is not half of a pair. */
  classOfUnit(unit: number): CharacterClass {
    const page = this.#pages[unit >> 8] ?? this.#fillPage(unit >> 8);
    return page[unit & 255] as CharacterClass;
  }

  /** The class of any code point, by a map for those beyond the BMP. */
  classOf(codePoint: number): CharacterClass {
    if (codePoint < 0x10000) return this.classOfUnit(codePoint);
    let known = this.#astral.get(codePoint);
    if (known === undefined) {
      known = this.#classify(codePoint);
      if (this.#astral.size < maxAstral) this.#astral.set(codePoint, known);
    }
    return known;
  }

  #fillPage(number: number): Uint8Array {
    const page = Uint8Array.from({ length: 256 }, (_, low) => this.#classify((number << 8) | low));
    this.#pages[number] = page;
    return page;
  }

  #classify(codePoint: number): CharacterClass {
    if (this.#tokens.has(codePoint)) return tokenCharacter;
    return word.test(String.fromCodePoint(codePoint)) ? wordCharacter : separator;
  }
}

/** Enough for every script in use; a hostile text of all code points must not fill the memory. */
const maxAstral = 4096;
