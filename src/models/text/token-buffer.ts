/** The base of the tokens' polynomial hash: odd and large, so that short tokens already fill 32 bits. */
export const hashBase = 0x9e3779b1 | 0;
export const space = 0x20;
/** What one text may leave behind for the next: beyond it the memory is given back. */
const keptBytes = 1 << 18;

/** Bytes before each token of a field, and their hash. */
export interface TokenPrefix {
  readonly bytes: Uint8Array;
  readonly hash: number;
}

export function tokenPrefix(text: string): TokenPrefix {
  const bytes = new TextEncoder().encode(text);
  return { bytes, hash: hashBytes(bytes, 0, bytes.length) };
}

/** H(s) = sum of s[i] · base^(n-1-i), modulo 2^32: the hash of two joined strings follows from theirs. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, hashBase) + (bytes[at] as number)) | 0;
  return hash;
}

/**
 * The tokens of one text as UTF-8, each followed by the one space that scikit-learn joins n-grams with: so every token
 * and every n-gram is one range of `bytes`, and no string is ever made of it.
 *
 * ```
 * bytes   c a t _ v e g ␣ c a t _ c o m b o s ␣
 * token 0 └───────────┘   └─────────────────┘ token 1
 * ```
 */
export class TokenBuffer {
  bytes = new Uint8Array(4096);
  /** The same bytes, for reading four at a time. */
  view = new DataView(this.bytes.buffer);
  /** Of token i: `bytes[starts[i], ends[i])`, and its hash. */
  starts = new Int32Array(512);
  ends = new Int32Array(512);
  hashes = new Int32Array(512);
  count = 0;
  /** base^n, for joining hashes. */
  #powers = Int32Array.of(1);

  /** Makes room, so that the scan need not check: `bytesNeeded` in all, and `tokens` tokens. */
  reserve(bytesNeeded: number, tokens: number): void {
    this.count = 0;
    if (bytesNeeded > this.bytes.length || this.bytes.length > keptBytes) {
      this.bytes = new Uint8Array(Math.max(4096, bytesNeeded * (bytesNeeded < keptBytes ? 2 : 1)));
      this.view = new DataView(this.bytes.buffer);
    }
    if (tokens > this.starts.length || this.starts.length > keptBytes) {
      const length = Math.max(512, tokens * (tokens < keptBytes ? 2 : 1));
      this.starts = new Int32Array(length);
      this.ends = new Int32Array(length);
      this.hashes = new Int32Array(length);
    }
  }

  /** Takes `bytes[start, end)` as the next token; returns where the one after it begins. */
  push(start: number, end: number, hash: number): number {
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.hashes[this.count++] = hash;
    this.bytes[end] = space;
    return end + 1;
  }

  /** The hash of an n-gram from that of its first tokens and its last token. */
  join(hash: number, last: number): number {
    const start = this.starts[last] as number;
    const length = (this.ends[last] as number) - start;
    const power = length < this.#powers.length ? (this.#powers[length] as number) : this.#power(length);
    // Tokens of words have a space between them, those of characters none.
    const spaced = start > (this.ends[last - 1] as number) ? (Math.imul(hash, hashBase) + space) | 0 : hash;
    return (Math.imul(spaced, power) + (this.hashes[last] as number)) | 0;
  }

  #power(length: number): number {
    if (length > 4096) return powerOf(length);
    const powers = new Int32Array(length * 2);
    powers[0] = 1;
    for (let n = 1; n < powers.length; n++) powers[n] = Math.imul(powers[n - 1] as number, hashBase);
    this.#powers = powers;
    return powers[length] as number;
  }
}

function powerOf(exponent: number): number {
  let power = 1;
  for (let base = hashBase, rest = exponent; rest > 0; rest >>= 1, base = Math.imul(base, base))
    if (rest & 1) power = Math.imul(power, base);
  return power;
}

/** Called with each run of tokens whose n-grams are wanted: a text's words, or the characters of one word. */
export type TokenSink = (tokens: TokenBuffer) => void;

/** Turns one text into tokens. N-grams never cross two calls. */
export interface Analyzer {
  text(text: string, prefix: TokenPrefix, sink: TokenSink): void;
  /**
   * The tokens, in one run, of a text that stands in bytes as the content of a JSON string; undefined when it is not
   * plain ASCII without escapes. Not every analyzer has a way straight from bytes.
   */
  ascii?(bytes: Uint8Array, start: number, end: number, prefix: TokenPrefix): TokenBuffer | undefined;
}
