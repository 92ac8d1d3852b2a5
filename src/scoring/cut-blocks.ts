import { RequestError } from '../errors.ts';
import { freeOwned } from '../free-owned.ts';
import type { Cutter } from '../records/framing.ts';
import type { BlockBuffers } from './block-buffers.ts';

const newline = 10;

/** Whole records in shared memory, `[start, end)`; or, in place of a record, the size at which it was given up. */
export type Piece =
  | { readonly bytes: SharedArrayBuffer; readonly start: number; readonly end: number }
  | { readonly tooLarge: number };

export interface CutOptions {
  readonly cutter: Cutter;
  readonly buffers: BlockBuffers;
  /** How much to gather before a block is cut. */
  readonly blockBytes: number;
  readonly maxRecordBytes: number;
}

/**
 * Gathers the chunks of a body into blocks of whole records. Chunks are copied once, into memory that workers share,
 * and are used up by it; what follows the last whole record waits for the next block.
 */
export async function* cutBlocks(chunks: AsyncIterable<Buffer>, options: CutOptions): AsyncGenerator<Piece> {
  const { cutter, buffers, blockBytes, maxRecordBytes } = options;
  let pending: Buffer[] = [];
  let size = 0;
  let target = blockBytes;
  let skipping = 0; // bytes passed over of a record that is too large

  function gather(chunk: Buffer): void {
    if (chunk.length === 0) return; // an empty view would keep the whole chunk it is of
    pending.push(chunk);
    size += chunk.length;
  }

  function* cut(last: boolean): Generator<Piece> {
    if (size === 0 && !last) return;
    const bytes = buffers.take(size);
    const whole = concat(pending, bytes, size);
    const { start, end, next } = cutter.cut(whole, last);
    const rest = Buffer.from(whole.subarray(next)); // a copy, because the block may be given back before it is used up
    pending = [];
    size = 0;
    if (rest.length > 0) gather(rest);
    target = next > 0 ? Math.max(blockBytes, size + (blockBytes >> 1)) : 2 * whole.length;
    if (end > start) yield { bytes, start, end };
    else buffers.give(bytes);
    if (size > maxRecordBytes && !last) giveUp();
  }

  function giveUp(): void {
    if (cutter.kind === 'array')
      throw new RequestError(
        'INVALID_DOCUMENT',
        `an element of the array is larger than ${maxRecordBytes} bytes (BATCHLINE_MAX_RECORD_MB)`,
      );
    skipping = size;
    pending = [];
    size = 0;
    target = blockBytes;
  }

  /** What of a chunk lies behind the record that is too large; that record ends at a newline. */
  function* skip(chunk: Buffer): Generator<Piece, Buffer> {
    const at = chunk.indexOf(newline);
    skipping += at < 0 ? chunk.length : at;
    if (at < 0) return chunk.subarray(chunk.length);
    yield { tooLarge: skipping };
    skipping = 0;
    return chunk.subarray(at + 1);
  }

  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += blockBytes) {
      const part = chunk.subarray(from, from + blockBytes);
      gather(skipping > 0 ? yield* skip(part) : part);
      if (size >= target) yield* cut(false);
    }
  }
  if (skipping > 0) yield { tooLarge: skipping };
  yield* cut(true);
}

function concat(parts: readonly Buffer[], into: SharedArrayBuffer, size: number): Buffer {
  const whole = Buffer.from(into, 0, size);
  let offset = 0;
  for (const part of parts) {
    whole.fill(part, offset, offset + part.length); // set and copy go word by word where memory is shared
    offset += part.length;
    freeOwned(part);
  }
  return whole;
}
