import type { Readable } from 'node:stream';
import { RequestError } from '../errors.ts';

/** How much may wait to be taken before the stream is paused. */
const mostWaitingBytes = 256 * 1024;

/**
 * The chunks of a stream as they come. A stream's own iterator joins chunks that have come together, which copies them,
 * and costs a promise and a timer for each; this one wakes its reader once for all that have come.
 * @param idleTimeoutMs the longest wait for the next chunk
 * @throws RequestError REQUEST_TIMEOUT; the stream's own error; an ECONNRESET when it closes before its end
 */
export async function* flowingChunks(stream: Readable, idleTimeoutMs: number): AsyncGenerator<Buffer> {
  const source = new ChunkSource(stream);
  try {
    for (;;) {
      for (let chunk = source.take(); chunk; chunk = source.take()) yield chunk;
      if (source.ended) return;
      await source.more(idleTimeoutMs);
    }
  } finally {
    source.close();
  }
}

class ChunkSource {
  ended = false;
  readonly #stream: Readable;
  #chunks: Buffer[] = [];
  #next = 0;
  #bytes = 0;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose);
    if (stream.destroyed || stream.readableEnded) this.#onClose();
  }

  take(): Buffer | undefined {
    const chunk = this.#chunks[this.#next];
    if (chunk) {
      this.#next++;
      return chunk;
    }
    this.#chunks = [];
    this.#next = 0;
    this.#bytes = 0;
    return undefined;
  }

  /** Waits until there is something to take, or the end. */
  async more(idleTimeoutMs: number): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#chunks.length > 0 || this.ended) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(() => {
      const message = `no byte of the body came for ${idleTimeoutMs} ms (BATCHLINE_IDLE_TIMEOUT_MS)`;
      reject(new RequestError('REQUEST_TIMEOUT', message));
    }, idleTimeoutMs);
    this.#stream.resume();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = () => {};
    }
    if (this.#failure) throw this.#failure;
  }

  close(): void {
    const stream = this.#stream.pause();
    stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    // The error listener stays: what goes wrong after we have stopped reading is nobody's concern any more.
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= mostWaitingBytes) this.#stream.pause();
    this.#wake();
  };

  readonly #onEnd = (): void => {
    this.ended = true;
    this.#wake();
  };

  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
    this.#wake();
  };

  readonly #onClose = (): void => {
    if (!this.ended && !this.#stream.readableEnded) {
      this.#failure ??= Object.assign(new Error('the connection closed before the end of the body'), {
        code: 'ECONNRESET',
      });
    } else this.ended = true;
    this.#wake();
  };
}
