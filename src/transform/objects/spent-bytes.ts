import type { MiniBatch } from '../splitting/mini-batch.ts';

/** Chunks of objects are a megabyte; smaller memory may be of Node's pool, which others use too. */
const large = 256 * 1024;

/**
 * Frees the chunks of an object when the mini-batches that were cut of them have been answered. Left to the garbage
 * collector, which sees only small objects, they cost half of the runner's CPU time and a hundred megabytes.
 */
export class SpentBytes {
  readonly #inUse = new WeakSet<ArrayBufferLike>();

  /**
   * To be told of each mini-batch in the order of the object: the part that ends a chunk is the last one cut of it.
   * @param sent whether the operating system has taken all its bytes, and no attempt that was given up still holds them
   */
  release({ body }: MiniBatch, sent: boolean): void {
    for (const { buffer: memory, byteOffset, length } of body) {
      if (!sent) this.#inUse.add(memory);
      const isLast = byteOffset + length === memory.byteLength;
      if (isLast && memory.byteLength > large && memory instanceof ArrayBuffer && !this.#inUse.has(memory)) {
        memory.transfer(0);
      }
    }
  }
}
