import { csvCutter } from '../../records/csv.ts';
import { lineCutter } from '../../records/lines.ts';
import type { BlockBuffers } from '../../scoring/block-buffers.ts';
import { cutBlocks, type Piece } from '../../scoring/cut-blocks.ts';
import { inOrder } from '../../scoring/in-order.ts';
import type { Beginning } from './beginning.ts';
import type { BlockFacts, BlockTask, Content } from './check-block.ts';
import { maxBytesOf } from './estimate-mini-batches.ts';
import type { FactsGatherer, InspectSettings } from './facts.ts';
import { checkFramedRecords, isFramed } from './framed-records.ts';

export interface CheckOptions {
  readonly check: (task: BlockTask) => Promise<BlockFacts>;
  /** Blocks under way at once. */
  readonly blocks: number;
  readonly buffers: BlockBuffers;
}

export interface ContentSize {
  readonly bytes: number;
  readonly records: number;
}

export const blockBytes = 1024 * 1024;
/** A longer record is measured and not looked into, so that a line without an end is never held. */
const keptRecordBytes = 32 * 1024 * 1024;

interface RecordOptions extends CheckOptions {
  readonly settings: InspectSettings;
  readonly facts: FactsGatherer;
  readonly content: Content;
  readonly beginning: Beginning;
}

/** Looks at the records of an object, in several threads, and tells the facts about them in order. */
export async function checkRecords(
  key: string,
  chunks: AsyncIterable<Buffer>,
  options: RecordOptions,
): Promise<ContentSize> {
  const { settings, facts, beginning, buffers, blocks, check } = options;
  if (isFramed(settings)) return await checkFramedRecords(key, chunks, options);
  if (beginning.isDocument && !beginning.isOpaque) return await checkDocument(key, chunks, options);
  const framing = options.content === 'csv' && settings.splitType === 'None' ? 'csv' : 'lines';
  const maxBytes = settings.splitType === 'Line' ? maxBytesOf(settings) : Infinity;
  const content = beginning.isOpaque ? 'bytes' : options.content;
  const cutter = framing === 'csv' ? csvCutter(keptRecordBytes) : lineCutter();
  const checkPiece = async (piece: Piece): Promise<BlockFacts> => {
    if ('tooLarge' in piece) return uncheckedRecord(piece.tooLarge, maxBytes);
    try {
      return await check({ ...piece, content, framing, maxBytes });
    } finally {
      buffers.give(piece.bytes);
    }
  };
  const before = facts.records;
  let bytes = 0;
  const counting = counted(chunks, (length) => (bytes += length));
  const pieces = cutBlocks(counting, { cutter, buffers, blockBytes, maxRecordBytes: keptRecordBytes });
  for await (const block of inOrder(pieces, blocks, checkPiece)) facts.block(key, block);
  return { bytes, records: facts.records - before };
}

/** One JSON text: held if it is not too long to be one request. */
async function checkDocument(
  key: string,
  chunks: AsyncIterable<Buffer>,
  { facts, check }: RecordOptions,
): Promise<ContentSize> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes <= keptRecordBytes) kept.push(chunk);
  }
  if (bytes > keptRecordBytes) facts.block(key, uncheckedRecord(bytes, Infinity));
  else {
    const shared = new SharedArrayBuffer(bytes);
    Buffer.from(shared).set(Buffer.concat(kept));
    facts.block(
      key,
      await check({ bytes: shared, start: 0, end: bytes, content: 'json', framing: 'whole', maxBytes: Infinity }),
    );
  }
  return { bytes, records: 1 };
}

function uncheckedRecord(bytes: number, maxBytes: number): BlockFacts {
  const first = [{ index: 0, why: `${bytes.toLocaleString('en')} bytes` }];
  return {
    records: 1,
    longest: { index: 0, bytes },
    found: { notChecked: { count: 1, first }, ...(bytes > maxBytes ? { overPayload: { count: 1, first } } : {}) },
    columns: [],
  };
}

async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length); // before it is used up
    yield chunk;
  }
}
