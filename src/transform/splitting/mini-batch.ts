import { BatchlineError } from '../../errors.ts';

/**
 * Whole records of one object, in bytes exactly as they were read, terminators and framing included, unless something
 * says that they are taken off.
 */
export interface MiniBatch {
  /** Kept in pieces, so that cutting never copies; a retry sends the same pieces again. */
  readonly body: readonly Buffer[];
  readonly bytes: number;
  /** Where in the object it starts. */
  readonly offset: number;
}

/** Cuts the bytes of one object into mini-batches of at most `maxBytes`, which may be Infinity. @throws TooLargeError */
export type Cut = (chunks: AsyncIterable<Buffer>, maxBytes: number) => AsyncIterable<MiniBatch>;

/** A record, or an unsplittable object, that no request may carry. */
export class TooLargeError extends BatchlineError {
  override readonly name = 'TooLargeError';
  readonly offset: number;
  readonly bytes: number;

  constructor(offset: number, bytes: number, maxBytes: number) {
    const size = bytes.toLocaleString('en');
    super('JOB_FAILED', `${size} bytes, more than MaxPayloadInMB allows (${maxBytes.toLocaleString('en')} bytes)`);
    this.offset = offset;
    this.bytes = bytes;
  }
}
