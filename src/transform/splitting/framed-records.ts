import { BatchlineError } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import type { MiniBatch } from './mini-batch.ts';

/** What the two ways to send a binary record differ in. */
export interface FramingOptions {
  readonly maxBytes: number;
  /** Whether lengths, checksums and padding are sent (MultiRecord), or the data alone (SingleRecord). */
  readonly framing: 'keep' | 'remove';
}

/** The records of an object, each a mini-batch. `read` answers undefined where the object ends before another one. */
export async function* framedRecords(
  chunks: AsyncIterable<Buffer>,
  read: (reader: ByteReader) => Promise<MiniBatch | undefined>,
): AsyncGenerator<MiniBatch> {
  const reader = new ByteReader(chunks);
  try {
    for (let record = await read(reader); record !== undefined; record = await read(reader)) yield record;
  } finally {
    await reader.close();
  }
}

/** What is wrong with the file, and at which byte the record or its part begins. */
export function brokenFile(format: string, offset: number, problem: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', `not ${format} at byte ${offset}: ${problem}`);
}

export function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
