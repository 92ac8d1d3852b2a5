/**
 * Recycles the memory of blocks: a fresh SharedArrayBuffer costs its page faults, and collecting a thousand of them a
 * second is the garbage collector's whole day.
 */
export class BlockBuffers {
  readonly #size: number;
  readonly #free: SharedArrayBuffer[] = [];
  readonly #most: number;

  /** @param size bytes of an ordinary block; @param most how many to keep */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
  }

  take(bytes: number): SharedArrayBuffer {
    if (bytes > this.#size) return new SharedArrayBuffer(bytes);
    // A small body gets small memory of its own: two hundred of them must not hold two hundred blocks.
    if (bytes < this.#size >> 3) return new SharedArrayBuffer(bytes);
    return this.#free.pop() ?? new SharedArrayBuffer(this.#size);
  }

  give(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength === this.#size && this.#free.length < this.#most) this.#free.push(buffer);
  }
}
