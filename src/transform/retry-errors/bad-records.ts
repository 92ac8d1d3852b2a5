import { createHash } from 'node:crypto';
import { BatchlineError } from '../../errors.ts';
import type { ErrorEntry } from '../objects/error-entries.ts';
import type { MiniBatch } from '../splitting/mini-batch.ts';

/** Records to score again, and the lines that they are. */
export interface BadRecords extends MiniBatch {
  readonly entries: readonly ErrorEntry[];
}

const newline = Buffer.from('\n');
/** Our server refuses a request of 20 records or more most of which are bad, and these have been bad before. */
const mostRecords = 19;

/**
 * Takes the records of error entries out of an object, and packs them into mini-batches.
 * @param entries of this object, in the order of their lines
 * @throws BatchlineError JOB_FAILED if a record is no longer the one that the entry is about
 */
export async function* badRecords(
  entries: readonly ErrorEntry[],
  input: AsyncIterable<Buffer>,
  { maxBytes, single }: { maxBytes: number; single: boolean },
): AsyncGenerator<BadRecords> {
  let held = { entries: [] as ErrorEntry[], body: [] as Buffer[], bytes: 0 };
  for await (const { entry, record } of recordsOf(entries, input)) {
    const most = single ? 1 : mostRecords;
    const full = held.entries.length === most || held.bytes + record.length + newline.length > maxBytes;
    if (held.entries.length > 0 && full) {
      yield { ...held, offset: held.entries[0]?.offset ?? 0 };
      held = { entries: [], body: [], bytes: 0 };
    }
    held.entries.push(entry);
    held.body.push(record, newline);
    held.bytes += record.length + newline.length;
  }
  if (held.entries.length > 0) yield { ...held, offset: held.entries[0]?.offset ?? 0 };
}

async function* recordsOf(
  entries: readonly ErrorEntry[],
  input: AsyncIterable<Buffer>,
): AsyncGenerator<{ entry: ErrorEntry; record: Buffer }> {
  let position = 0;
  let next = 0;
  let pieces: Buffer[] = [];
  for await (const chunk of input) {
    while (next < entries.length) {
      const entry = entries[next] as ErrorEntry;
      const from = Math.max(0, entry.offset - position);
      if (from >= chunk.length && pieces.length === 0) break;
      const end = chunk.indexOf(newline, pieces.length === 0 ? from : 0);
      pieces.push(chunk.subarray(pieces.length === 0 ? from : 0, end < 0 ? chunk.length : end));
      if (end < 0) break;
      yield { entry, record: checked(entry, pieces) };
      pieces = [];
      next += 1;
    }
    position += chunk.length;
    if (next === entries.length) return;
  }
  const last = entries[next];
  if (last) yield { entry: last, record: checked(last, pieces) };
}

function checked(entry: ErrorEntry, pieces: readonly Buffer[]): Buffer {
  const record = Buffer.concat(pieces);
  if (createHash('sha256').update(record).digest('hex') === entry.sha256) return record;
  throw new BatchlineError(
    'JOB_FAILED',
    `line ${entry.line} at byte ${entry.offset} is no longer the record that errors.jsonl is about: the object has changed, score it anew`,
  );
}
