const newline = 0x0a;
const carriageReturn = 0x0d;

/** Walks the lines of a mini-batch; a newline ends a line, so a final one does not begin another. */
export class Lines {
  readonly #bytes: Buffer;
  /** Where the line begins, where its text ends, and where its `\n` or `\r\n`, if it has one, does. */
  start = 0;
  end = 0;
  next = 0;
  /** From 1. */
  number = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes on to the next line, if there is one. */
  advance(): boolean {
    const bytes = this.#bytes;
    if (this.next >= bytes.length) return false;
    this.start = this.next;
    const found = bytes.indexOf(newline, this.start);
    this.next = found < 0 ? bytes.length : found + 1;
    this.end = found < 0 ? bytes.length : found;
    if (found > 0 && bytes[found - 1] === carriageReturn) this.end -= 1;
    this.number += 1;
    return true;
  }
}

export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines += 1;
  return bytes.length === 0 || bytes.at(-1) === newline ? lines : lines + 1;
}
