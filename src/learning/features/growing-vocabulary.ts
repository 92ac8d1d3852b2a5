import { grown } from './grown.ts';

/** Spreads a hash over the slots by its high bits, as in the vocabulary that serves. */
const spread = 0x9e3779b1 | 0;

/**
 * Terms numbered in the order in which they come, found by their bytes: no string is made of any. Term i is
 * `bytes[offsets[i], offsets[i + 1])`.
 */
export class GrowingVocabulary {
  size = 0;
  bytes = new Uint8Array(1 << 16);
  offsets = new Uint32Array(1 << 12);
  #bits = 13;
  /** Open addressing: pairs of a term's hash and its number + 1; 0 where the slot is empty. */
  #slots = new Int32Array(2 << 13);

  /** The number of the term `source[start, end)`, which is new where there was none. `hash` is its `hashBytes`. */
  place(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = (Math.imul(hash, spread) >>> (32 - this.#bits)) << 1;
    for (;;) {
      const entry = slots[at + 1] as number;
      if (entry === 0) break;
      if (slots[at] === hash && this.#equals(entry - 1, source, start, end)) return entry - 1;
      at = (at + 2) & last;
    }
    slots[at] = hash;
    slots[at + 1] = this.size + 1;
    this.#append(source, start, end);
    if (this.size * 4 > slots.length) this.#widen();
    return this.size - 1;
  }

  #equals(term: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes, offsets } = this;
    let at = offsets[term] as number;
    if ((offsets[term + 1] as number) - at !== end - start) return false;
    for (let from = start; from < end; from++, at++) if (source[from] !== bytes[at]) return false;
    return true;
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const from = this.offsets[this.size] as number;
    const to = from + end - start;
    this.bytes = grown(this.bytes, to);
    this.offsets = grown(this.offsets, this.size + 2);
    const { bytes } = this;
    for (let at = from, read = start; read < end; at++, read++) bytes[at] = source[read] as number;
    this.offsets[++this.size] = to;
  }

  /** The hashes lie in the slots, so that no term is read again. */
  #widen(): void {
    const old = this.#slots;
    this.#bits++;
    const slots = new Int32Array(old.length * 2);
    const last = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      const hash = old[from] as number;
      let at = (Math.imul(hash, spread) >>> (32 - this.#bits)) << 1;
      while (slots[at + 1] !== 0) at = (at + 2) & last;
      slots[at] = hash;
      slots[at + 1] = old[from + 1] as number;
    }
    this.#slots = slots;
  }
}
