const smallestBytes = 256 * 1024;

/** Collects text as UTF-8 and hands out the bytes, block after block; grows by doubling. */
export class OutputBuffer {
  #bytes = Buffer.allocUnsafeSlow(smallestBytes);
  #length = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    if (text.length * 3 > this.#bytes.length - this.#length) this.#reserve(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes written, in memory of their own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#length);
    taken.set(this.#bytes.subarray(0, this.#length));
    this.clear();
    return taken;
  }

  clear(): void {
    this.#length = 0;
    // One block of long answers must not hold their memory for good.
    if (this.#bytes.length > 16 * smallestBytes) this.#bytes = Buffer.allocUnsafeSlow(smallestBytes);
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length - this.#length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + needed));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
