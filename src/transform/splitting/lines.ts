import { type MiniBatch, TooLargeError } from './mini-batch.ts';
import { Pieces } from './pieces.ts';

const newline = 0x0a;

/** MultiRecord: as many whole lines as fit into `maxBytes`. Looks for one newline a mini-batch, not for every line. */
export async function* manyLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<MiniBatch> {
  const held = new Pieces();
  const source = chunks[Symbol.asyncIterator]();
  for await (let chunk of { [Symbol.asyncIterator]: () => source }) {
    while (held.bytes + chunk.length > maxBytes) {
      const room = maxBytes - held.bytes;
      const end = room > 0 ? chunk.lastIndexOf(newline, room - 1) + 1 : 0;
      if (end > 0) {
        held.push(chunk.subarray(0, end));
        chunk = chunk.subarray(end);
        yield held.take(held.bytes);
        continue;
      }
      const lastLine = held.lastLineEnd();
      if (lastLine === 0) throw await tooLarge(held, chunk, source, maxBytes);
      yield held.take(lastLine);
    }
    held.push(chunk);
  }
  if (held.bytes > 0) yield held.take(held.bytes);
}

/** SingleRecord: every line, blank ones too, is a mini-batch. `maxBytes` may be Infinity. */
export async function* singleLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<MiniBatch> {
  const held = new Pieces();
  const source = chunks[Symbol.asyncIterator]();
  for await (let chunk of { [Symbol.asyncIterator]: () => source }) {
    while (chunk.length > 0) {
      const end = chunk.indexOf(newline) + 1 || chunk.length;
      if (held.bytes + end > maxBytes) throw await tooLarge(held, chunk, source, maxBytes);
      held.push(chunk.subarray(0, end));
      const whole = chunk[end - 1] === newline;
      chunk = chunk.subarray(end);
      if (whole) yield held.take(held.bytes);
    }
  }
  if (held.bytes > 0) yield held.take(held.bytes);
}

/** Reads on to the end of the record, without keeping it, because people want to know how large it is. */
async function tooLarge(held: Pieces, chunk: Buffer, source: AsyncIterator<Buffer>, maxBytes: number) {
  let bytes = held.bytes;
  let next: Buffer | undefined = chunk;
  while (next !== undefined) {
    const at: number = next.indexOf(newline);
    if (at >= 0) return new TooLargeError(held.offset, bytes + at + 1, maxBytes);
    bytes += next.length;
    const result: IteratorResult<Buffer, unknown> = await source.next();
    next = result.done ? undefined : result.value;
  }
  return new TooLargeError(held.offset, bytes, maxBytes);
}
