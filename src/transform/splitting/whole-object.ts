import { type MiniBatch, TooLargeError } from './mini-batch.ts';
import { Pieces } from './pieces.ts';

/** SplitType None: the object as it is, if it fits. */
export async function* wholeObject(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<MiniBatch> {
  const held = new Pieces();
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes <= maxBytes) held.push(chunk);
  }
  if (bytes > maxBytes) throw new TooLargeError(0, bytes, maxBytes);
  if (bytes > 0) yield held.take(bytes);
}
