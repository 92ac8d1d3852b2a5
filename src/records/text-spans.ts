import type { JsonValue } from './json-value.ts';

const fewest = 256;
const keptSpans = 1 << 16;

/** Where the strings of one path are: between their quotes, as they stand in the JSON text, escapes and all. */
export class SpanList {
  starts = new Int32Array(fewest);
  ends = new Int32Array(fewest);
  count = 0;

  /** Empties the list; one that a huge record has stretched gives its memory back. */
  clear(): void {
    this.count = 0;
    if (this.starts.length <= keptSpans) return;
    this.starts = new Int32Array(fewest);
    this.ends = new Int32Array(fewest);
  }

  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }

  #grow(): void {
    const { starts, ends } = this;
    this.starts = new Int32Array(starts.length * 2);
    this.ends = new Int32Array(starts.length * 2);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}

/**
 * What a model's `input` names of one record, as places in the block's bytes instead of values: no string and no object
 * is made of a record. One holder serves all records, so its content is the record's only until the next is decoded.
 */
export class TextSpans {
  bytes: Buffer = Buffer.alloc(0);
  /** One for each of `input.text`, in order; fields of the same path share one. */
  readonly fields: readonly SpanList[];
  /** Of the id's value, quotes included; -1 where the record has none. */
  idStart = -1;
  idEnd = -1;

  constructor(fields: readonly SpanList[]) {
    this.fields = fields;
  }

  /** The record's id: any JSON value, or undefined. */
  id(): JsonValue | undefined {
    if (this.idStart < 0) return undefined;
    const text = this.bytes.toString('utf8', this.idStart, this.idEnd);
    const plain = text.startsWith('"') && !text.includes('\\');
    return plain ? text.slice(1, -1) : (JSON.parse(text) as JsonValue);
  }
}

/** The string whose content, without its quotes, is `bytes[start, end)`. */
export function spanText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
