const mebibyte = 1024 * 1024;

/**
 * The size of a part, by its number from 1. S3 takes 10,000 parts of up to 5 GiB, and objects of up to 5 TiB: with 8 MiB
 * for the first thousand (8 GiB) and twice as much for each thousand after it, the parts hold 8 TiB.
 */
export function partBytes(part: number): number {
  return 8 * mebibyte * 2 ** Math.floor((part - 1) / 1000);
}

/** A part being filled. Its memory comes with the first byte and is used for one part after the other. */
export class PartBuffer {
  readonly size: number;
  #memory: Buffer | undefined;
  #used = 0;

  constructor(size: number) {
    this.size = size;
  }

  get isFull(): boolean {
    return this.#used === this.size;
  }

  get bytes(): Buffer {
    return this.#memory?.subarray(0, this.#used) ?? Buffer.alloc(0);
  }

  /** Copies from `start` on as much as there is room for; pieces may be used again by whoever appended them. */
  fill(piece: Buffer, start: number): number {
    // The kernel gives the pages when they are written: a small object does not take the whole size.
    this.#memory ??= Buffer.allocUnsafeSlow(this.size);
    const copied = piece.copy(this.#memory, this.#used, start);
    this.#used += copied;
    return copied;
  }

  clear(): void {
    this.#used = 0;
  }
}
