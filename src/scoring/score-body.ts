import type { RecordError } from '../errors.ts';
import type { Cutter } from '../records/framing.ts';
import { BlockBuffers } from './block-buffers.ts';
import { cutBlocks, type Piece } from './cut-blocks.ts';
import { tooLarge } from './decode.ts';
import { createEncoder } from './encode.ts';
import { inOrder } from './in-order.ts';
import type { LineFormat, ScoredBlock } from './messages.ts';
import type { ScoringPool } from './pool.ts';
import { Semaphore } from './semaphore.ts';

/** How one body is read and answered. */
export interface BodyOptions {
  readonly cutter: Cutter;
  readonly format: LineFormat;
  /** Whether the first record is a header and no record. */
  readonly header: boolean;
  readonly signal: AbortSignal;
}

export type BodyScorer = (chunks: AsyncIterable<Buffer>, options: BodyOptions) => AsyncGenerator<ScoredBlock>;

/**
 * The whole data path but HTTP: chunks of a body in, scored blocks out, in order. Memory is bounded for all bodies
 * together by blocks under way, and for each body by blocks scored and not yet taken.
 */
export function createBodyScorer(
  pool: ScoringPool,
  limits: { blockBytes: number; maxRecordBytes: number },
): BodyScorer {
  const underWay = 2 * pool.workers + 2;
  const buffers = new BlockBuffers(limits.blockBytes + 128 * 1024, underWay);
  const permits = new Semaphore(underWay);

  return async function* scoreBody(chunks, { cutter, format, header, signal }) {
    let skip = header ? 1 : 0;
    const score = async (piece: Piece): Promise<ScoredBlock> => {
      if ('tooLarge' in piece) return errorBlock(format, tooLarge(piece.tooLarge, limits.maxRecordBytes));
      const request = { ...piece, framing: cutter.kind, format, skip };
      skip = 0;
      try {
        return await pool.score(request, signal);
      } finally {
        buffers.give(piece.bytes);
        permits.release();
      }
    };
    const pieces = cutBlocks(chunks, { cutter, buffers, ...limits });
    yield* inOrder(withPermits(pieces, permits, signal), pool.workers + 2, score);
  };
}

/** Lets a block go on when there is room for it; until then nobody reads the body. */
async function* withPermits(
  pieces: AsyncIterable<Piece>,
  permits: Semaphore,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if (!('tooLarge' in piece)) await permits.acquire(signal);
    yield piece;
  }
}

/** The block of one record that never reached a worker. */
function errorBlock(format: LineFormat, error: RecordError): ScoredBlock {
  const [before, after] = createEncoder(format).errorLine(undefined, error);
  const numbered = after !== '';
  return {
    output: Buffer.from(before + after),
    records: 1,
    errorCounts: { [error.code]: 1 },
    errorIndexes: numbered ? [0] : [],
    errorOffsets: numbered ? [Buffer.byteLength(before)] : [],
    firstErrors: [{ index: 0, code: error.code, message: error.message }],
  };
}
