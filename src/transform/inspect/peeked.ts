/** A stream of bytes whose beginning can be looked at before it is read. */
export class Peeked {
  readonly #source: AsyncIterator<Buffer>;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** A copy of the first bytes; fewer where there are fewer. */
  async head(bytes: number): Promise<Buffer> {
    while (this.#bytes < bytes) {
      const { done, value } = await this.#source.next();
      if (done) break;
      this.#chunks.push(value);
      this.#bytes += value.length;
    }
    return Buffer.concat(this.#chunks, Math.min(bytes, this.#bytes));
  }

  /** All of it, once. */
  async *all(): AsyncGenerator<Buffer> {
    try {
      for (let chunk = this.#chunks.shift(); chunk; chunk = this.#chunks.shift()) yield chunk;
      for (;;) {
        const { done, value } = await this.#source.next();
        if (done) return;
        yield value;
      }
    } finally {
      await this.close();
    }
  }

  /** Gives up what is not read. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
