import type { MiniBatch } from './mini-batch.ts';

const newline = 0x0a;

/** Bytes that have been read and not yet sent, and where in the object they start. */
export class Pieces {
  #pieces: Buffer[] = [];
  #offset = 0;
  bytes = 0;

  get offset(): number {
    return this.#offset;
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Just after the last newline held, 0 if there is none. */
  lastLineEnd(): number {
    let end = this.bytes;
    for (const piece of this.#pieces.toReversed()) {
      const at = piece.lastIndexOf(newline);
      if (at >= 0) return end - piece.length + at + 1;
      end -= piece.length;
    }
    return 0;
  }

  take(bytes: number): MiniBatch {
    const body: Buffer[] = [];
    let missing = bytes;
    while (missing > 0) {
      const piece = this.#pieces[0] as Buffer;
      if (piece.length <= missing) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(missing);
      body.push(piece.subarray(0, missing));
      missing -= Math.min(missing, piece.length);
    }
    const offset = this.#offset;
    this.#offset += bytes;
    this.bytes -= bytes;
    return { body, bytes, offset };
  }
}
