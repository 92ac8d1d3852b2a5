const quote = 0x22;
const plus = 0x2b;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const lowerE = 0x65;
const lowerF = 0x66;
const lowerU = 0x75;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Deeper nesting is for JSON.parse, which has no stack to overflow. */
const mostDepth = 64;

/** What a backslash may stand before, `u` apart. */
const escapable = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const isHex = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0));

const trueWord = 0x65757274;
const nullWord = 0x6c6c756e;
const alse = 0x65736c61;

/**
 * Finds the ends of JSON's tokens in bytes, as strict as JSON.parse: each method takes where a token begins and returns
 * where it ends, or -1 for anything that JSON.parse might refuse. The bytes must be valid UTF-8.
 */
export class JsonScanner {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, for reading four at a time. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the text ends, at most where the bytes do: nothing is read from there on. */
  end = 0;

  use(bytes: Buffer, end: number): void {
    this.end = end;
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The byte there, or 0, which is no part of any JSON text, at the end. */
  byteAt(at: number): number {
    return at < this.end ? (this.bytes[at] as number) : 0;
  }

  /** Behind white space, of which there may be none. */
  blanks(at: number): number {
    let next = at;
    for (;;) {
      const byte = this.byteAt(next);
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return next;
      next++;
    }
  }

  /**
   * Behind the string whose opening quote is at `from`. Four bytes at a time, which is twice as fast: a bit of `hits`
   * is set above each byte that is a quote, a backslash or a control character (the lowest is always a true one).
   */
  string(from: number): number {
    const { view } = this;
    const lastFour = this.end - 4;
    let at = from + 1;
    while (at <= lastFour) {
      const four = view.getInt32(at, true);
      const quotes = four ^ 0x22222222;
      const escapes = four ^ 0x5c5c5c5c;
      const hits =
        (((quotes - 0x01010101) & ~quotes) | ((escapes - 0x01010101) & ~escapes) | ((four - 0x20202020) & ~four)) &
        0x80808080;
      if (hits === 0) {
        at += 4;
        continue;
      }
      at += (31 - Math.clz32(hits & -hits)) >> 3;
      const byte = this.bytes[at];
      if (byte === quote) return at + 1;
      if (byte !== backslash) return -1;
      at = this.#escape(at + 1);
      if (at < 0) return -1;
    }
    return this.#lastString(at);
  }

  /** The same near the end of the text, from within the string. */
  #lastString(from: number): number {
    let at = from;
    for (;;) {
      const byte = this.byteAt(at);
      if (byte === quote) return at + 1;
      if (byte < 0x20) return -1;
      at = byte === backslash ? this.#escape(at + 1) : at + 1;
      if (at < 0) return -1;
    }
  }

  /** Behind what follows a backslash. */
  #escape(at: number): number {
    const byte = this.byteAt(at);
    if (escapable[byte] === 1) return at + 1;
    if (byte !== lowerU) return -1;
    for (let digit = at + 1; digit < at + 5; digit++) if (isHex[this.byteAt(digit)] !== 1) return -1;
    return at + 5;
  }

  number(from: number): number {
    let at = this.bytes[from] === minus ? from + 1 : from;
    at = this.byteAt(at) === zero ? at + 1 : this.#digits(at);
    if (at > 0 && this.byteAt(at) === dot) at = this.#digits(at + 1);
    if (at < 0 || (this.byteAt(at) | 0x20) !== lowerE) return at;
    const sign = this.byteAt(at + 1);
    return this.#digits(sign === plus || sign === minus ? at + 2 : at + 1);
  }

  /** Behind at least one digit. */
  #digits(from: number): number {
    let at = from;
    while (isDigit(this.byteAt(at))) at++;
    return at > from ? at : -1;
  }

  /** Behind true, false or null. Each has four bytes that are compared at once; false has an f before them. */
  word(from: number): number {
    const start = this.byteAt(from) === lowerF ? from + 1 : from;
    if (start + 4 > this.end) return -1;
    const four = this.view.getInt32(start, true);
    return four === (start > from ? alse : four === nullWord ? nullWord : trueWord) ? start + 4 : -1;
  }

  /** Behind any value, whose first byte is at `from`. */
  value(from: number, depth: number): number {
    const byte = this.byteAt(from);
    if (byte === quote) return this.string(from);
    if (byte === openObject) return depth < mostDepth ? this.#object(from, depth + 1) : -1;
    if (byte === openArray) return depth < mostDepth ? this.#array(from, depth + 1) : -1;
    return byte === minus || isDigit(byte) ? this.number(from) : this.word(from);
  }

  #object(from: number, depth: number): number {
    let at = this.blanks(from + 1);
    if (this.byteAt(at) === closeObject) return at + 1;
    for (;;) {
      at = this.key(at);
      if (at < 0) return -1;
      at = this.value(at, depth);
      if (at < 0) return -1;
      at = this.blanks(at);
      const byte = this.byteAt(at);
      if (byte === closeObject) return at + 1;
      if (byte !== comma) return -1;
      at = this.blanks(at + 1);
    }
  }

  #array(from: number, depth: number): number {
    let at = this.blanks(from + 1);
    if (this.byteAt(at) === closeArray) return at + 1;
    for (;;) {
      at = this.value(at, depth);
      if (at < 0) return -1;
      at = this.blanks(at);
      const byte = this.byteAt(at);
      if (byte === closeArray) return at + 1;
      if (byte !== comma) return -1;
      at = this.blanks(at + 1);
    }
  }

  /** Behind a key, its colon and the white space after it: where the member's value begins. */
  key(from: number): number {
    if (this.byteAt(from) !== quote) return -1;
    const end = this.string(from);
    if (end < 0) return -1;
    const at = this.blanks(end);
    return this.byteAt(at) === colon ? this.blanks(at + 1) : -1;
  }
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}
