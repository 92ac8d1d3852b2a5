import { type Chunks, countLines, wholeLines } from '../../transform/objects/lines-of.ts';

const newline = 0x0a;

/** Counts lines of what passes; a last one without a newline counts. */
export class LineCounter {
  #newlines = 0;
  #endsLine = true;

  get lines(): number {
    return this.#endsLine ? this.#newlines : this.#newlines + 1;
  }

  async *count(chunks: Chunks): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#newlines += countLines(chunk);
      if (chunk.length > 0) this.#endsLine = chunk.at(-1) === newline;
      yield chunk;
    }
  }
}

/** How many lines there are. */
export async function linesIn(chunks: Chunks): Promise<number> {
  const counter = new LineCounter();
  for await (const _ of counter.count(chunks));
  return counter.lines;
}

/** How many lines hold nothing. */
export async function blankLinesIn(chunks: Chunks): Promise<number> {
  let blank = 0;
  for await (const lines of wholeLines(chunks)) {
    for (let at = 0; at < lines.length; ) {
      const found = lines.indexOf(newline, at);
      const end = found < 0 ? lines.length : found;
      if (end === at || (end === at + 1 && lines[at] === 0x0d)) blank += 1;
      at = end + 1;
    }
  }
  return blank;
}
