import { BatchlineError } from '../errors.ts';

/** Whole records of one object, in bytes exactly as they were read, terminators included. */
export interface MiniBatch {
  /** Kept in pieces, so that cutting never copies; a retry sends the same pieces again. */
  readonly body: readonly Buffer[];
  readonly bytes: number;
  /** Where in the object it starts. */
  readonly offset: number;
}

/** A record, or an unsplittable object, that no request may carry. */
export class TooLargeError extends BatchlineError {
  override readonly name = 'TooLargeError';
  readonly offset: number;
  readonly bytes: number;

  constructor(offset: number, bytes: number, maxBytes: number) {
    const size = bytes.toLocaleString('en');
    super('JOB_FAILED', `${size} bytes, more than MaxPayloadInMB allows (${maxBytes.toLocaleString('en')} bytes)`);
    this.offset = offset;
    this.bytes = bytes;
  }
}

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

/** Bytes that have been read and not yet sent, and where in the object they start. */
class Pieces {
  #pieces: Buffer[] = [];
  #offset = 0;
  bytes = 0;

  get offset(): number {
    return this.#offset;
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Just after the last newline held, 0 if there is none. */
  lastLineEnd(): number {
    let end = this.bytes;
    for (const piece of this.#pieces.toReversed()) {
      const at = piece.lastIndexOf(newline);
      if (at >= 0) return end - piece.length + at + 1;
      end -= piece.length;
    }
    return 0;
  }

  take(bytes: number): MiniBatch {
    const body: Buffer[] = [];
    let missing = bytes;
    while (missing > 0) {
      const piece = this.#pieces[0] as Buffer;
      if (piece.length <= missing) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(missing);
      body.push(piece.subarray(0, missing));
      missing -= Math.min(missing, piece.length);
    }
    const offset = this.#offset;
    this.#offset += bytes;
    this.bytes -= bytes;
    return { body, bytes, offset };
  }
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
