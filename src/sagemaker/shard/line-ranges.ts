import type { InputObject } from '../../transform/job.ts';
import type { ByteRange } from './shard-plan.ts';

const newline = 0x0a;
/** Records are rarely longer; a longer one costs a second look. */
const firstLook = 16 * 1024;
const looksAtOnce = 8;

/**
 * Up to `wanted` ranges of about equal size that end with a newline or the object. Each cut is looked for on its own, from
 * where it should be up to where the next one should be: a record that is longer than that takes its cut away.
 */
export async function lineRanges(input: InputObject, wanted: number, signal: AbortSignal): Promise<ByteRange[]> {
  const { bytes } = input.object;
  const count = Math.min(wanted, bytes);
  const at = (index: number): number => Math.floor((bytes * index) / count);
  const cuts: number[] = [0];
  for (let first = 1; first < count; first += looksAtOnce) {
    const indexes = Array.from({ length: Math.min(looksAtOnce, count - first) }, (_, offset) => first + offset);
    const found = await Promise.all(indexes.map((index) => lineEnd(input, at(index), at(index + 1), signal)));
    cuts.push(...found.filter((cut) => cut !== undefined));
  }
  return cuts.map((start, index) => ({ start, end: cuts[index + 1] ?? bytes }));
}

/** Behind the first newline of which `[start, end)` has the next byte; the object's own end is none. */
async function lineEnd(
  { store, object }: InputObject,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  let from = start - 1;
  for (let look = firstLook; from < end - 1; look *= 8) {
    const to = Math.min(from + look, end - 1);
    for await (const chunk of store.read(object, { signal, start: from, end: to })) {
      const found = chunk.indexOf(newline);
      if (found >= 0) return from + found + 1;
      from += chunk.length;
    }
  }
  return undefined;
}
