/** Reads an object in portions of chosen lengths, whatever the chunks that it arrives in. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** How many bytes of the object have been taken or skipped. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes, copied only where they lie in several chunks; fewer if the object ends before. */
  async take(bytes: number): Promise<Buffer> {
    if (this.#held.length < bytes) await this.#fill(bytes);
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(taken.length);
    this.#offset += taken.length;
    return taken;
  }

  /** Passes over the next bytes without keeping them; says how many there were. */
  async skip(bytes: number): Promise<number> {
    let left = bytes;
    while (left > 0) {
      if (this.#held.length === 0) await this.#fill(1);
      const skipped = (await this.take(Math.min(left, this.#held.length))).length;
      if (skipped === 0) break;
      left -= skipped;
    }
    return bytes - left;
  }

  /** Lets go of the object, which may not have been read to its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(bytes: number): Promise<void> {
    const pieces = [this.#held];
    for (let held = this.#held.length; held < bytes; ) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      pieces.push(next.value);
      held += next.value.length;
    }
    this.#held = pieces.length === 2 && pieces[0]?.length === 0 ? (pieces[1] as Buffer) : Buffer.concat(pieces);
  }
}
