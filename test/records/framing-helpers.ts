import assert from 'node:assert/strict';
import type { Cutter, RecordSpans, Splitter } from '../../src/records/framing.ts';

/** The records that a splitter finds in a block, as latin1 so that every byte shows; `room` spans are asked at a time. */
export function split(splitter: Splitter, bytes: Buffer, room = 1000, start = 0, end = bytes.length): string[] {
  const spans: RecordSpans = { starts: new Uint32Array(room), ends: new Uint32Array(room), count: 0 };
  const records: string[] = [];
  let position = start;
  while (position < end) {
    const next = splitter(bytes, position, end, spans);
    assert.ok(next > position, `the splitter stands still at ${position}`);
    for (let i = 0; i < spans.count; i += 1) records.push(bytes.toString('latin1', spans.starts[i], spans.ends[i]));
    position = next;
  }
  return records;
}

/**
 * The blocks that a cutter makes of a body that arrives in chunks, driven as the server does: bytes are gathered until
 * there are `target`, and twice as many when no record is whole yet.
 */
export function cutAll(cutter: Cutter, chunks: readonly Buffer[], target = 1): Buffer[] {
  const blocks: Buffer[] = [];
  let held = Buffer.alloc(0);
  let wanted = target;
  chunks.forEach((chunk, i) => {
    held = Buffer.concat([held, chunk]);
    const last = i === chunks.length - 1;
    while (last || held.length >= wanted) {
      const { start, end, next } = cutter.cut(held, last);
      assert.ok(start <= end && end <= next && next <= held.length, `cut ${start} ${end} ${next} of ${held.length}`);
      if (end > start) blocks.push(Buffer.from(held.subarray(start, end)));
      held = held.subarray(next);
      wanted = end > start ? target : Math.max(target, held.length * 2);
      if (end === start) break;
    }
  });
  assert.equal(held.length, 0, 'the cutter left bytes over');
  return blocks;
}

/** Cuts bytes after each of the positions. */
export function chunksAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const sorted = [...new Set(positions.map((position) => position % (bytes.length + 1)))].sort((a, b) => a - b);
  const bounds = [0, ...sorted, bytes.length];
  return bounds.slice(1).map((bound, i) => bytes.subarray(bounds[i], bound));
}
