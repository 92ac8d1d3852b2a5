/** Collects text as UTF-8 and hands out the bytes once; grows by doubling. */
export class OutputBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    if (text.length * 3 > this.#bytes.length - this.#length) this.#grow(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes, in an ArrayBuffer of their own that can be transferred. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#length);
    taken.set(this.#bytes.subarray(0, this.#length));
    return taken;
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.length - this.#length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + needed));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
