import { findByte } from './find-byte.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const comma = 0x2c;

export interface RowScannerOptions {
  /** A quoted field must close within so many bytes from the start of its row. */
  readonly maxRecordBytes: number;
  /** Whether the body, or the block of whole rows, ends with the bytes. */
  readonly complete: boolean;
}

const undecided = -1;
const malformed = -2;

/**
 * Finds where CSV rows end, in bytes that are scanned from front to back. A quote is special only where a field begins.
 * Where a quoted field is malformed, or does not close, the physical line on which its row begins is the row, so that a
 * stray quote costs one record and not all that follow.
 *
 * After a malformed row the scan returns to its second line, and would walk through the same quoted fields again for
 * every line of a long malformed stretch. So the scanner notes, by the place of their opening quotes, which fields lead
 * nowhere and how far that is known: a walk that comes to such a quote goes on from there. Two walks can only be
 * within or without quotes at any place, so that each place is walked at most twice.
 */
export class RowScanner {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #maxRecordBytes: number;
  readonly #complete: boolean;
  #nextQuote = -1;
  /** the opening quotes of the walk, and the dead ends that it met */
  readonly #opened: number[] = [];
  readonly #met: number[] = [];
  /** by place, from `#noted` on: the dead end (from 1) to which an opening quote there leads */
  #deadEndOf: Uint32Array | undefined;
  #noted = 0;
  /** by dead end: where to go on looking for the closing quote; Infinity where what follows it is malformed */
  readonly #deadEnds: number[] = [0];

  constructor(bytes: Buffer, end: number, options: RowScannerOptions) {
    this.#bytes = bytes;
    this.#end = end;
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#complete = options.complete;
  }

  scans(bytes: Buffer, end: number): boolean {
    return this.#bytes === bytes && this.#end === end;
  }

  /** Where the row that begins at `row` ends: at its `\n` or the end of the bytes; undefined if more bytes may tell. */
  rowEnd(row: number): number | undefined {
    // A line without quotes and a malformed row both end where their line does.
    const lineEnd = findByte(this.#bytes, newline, row, this.#end);
    if (this.#nextQuote < row) this.#nextQuote = findByte(this.#bytes, quote, row, this.#end);
    const end = this.#nextQuote < lineEnd ? this.#walk(row) : malformed;
    if (end >= 0) return end;
    if (end === undecided) return undefined;
    return lineEnd < this.#end || this.#complete ? lineEnd : undefined;
  }

  /** Walks a row field by field. */
  #walk(row: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#opened.length = 0;
    this.#met.length = 0;
    let at = row;
    for (;;) {
      if (bytes[at] === quote && at < end) {
        at = this.#fieldEnd(row, at);
        if (at < 0) return at;
      } else {
        while (at < end && bytes[at] !== comma && bytes[at] !== newline) at += 1;
      }
      if (at === end) return this.#complete ? end : undecided;
      if (bytes[at] !== comma) return bytes[at] === carriageReturn ? at + 1 : at;
      at += 1;
    }
  }

  /** Where the quoted field that opens at `at` ends: at its `,`, `\n`, the `\r` of a `\r\n`, or the end of the bytes. */
  #fieldEnd(row: number, at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    const limit = Math.min(end, row + this.#maxRecordBytes);
    let place = this.#open(at);
    if (place === Infinity) return this.#condemn(Infinity);
    while (place < limit) {
      place = findByte(bytes, quote, place, limit);
      if (place === limit) break;
      if (place + 1 === end) return this.#complete ? end : undecided;
      if (bytes[place + 1] !== quote) return this.#behindQuote(place + 1);
      place += 2;
    }
    const mayClose = end < row + this.#maxRecordBytes && !this.#complete;
    return mayClose ? undecided : this.#condemn(place);
  }

  /** Notes an opening quote, and says where to look for the closing one. */
  #open(at: number): number {
    this.#opened.push(at);
    const deadEnd = this.#deadEndOf?.[at - this.#noted] ?? 0;
    if (deadEnd === 0) return at + 1;
    this.#met.push(deadEnd);
    return this.#deadEnds[deadEnd] as number;
  }

  #behindQuote(at: number): number {
    const byte = this.#bytes[at];
    if (byte === comma || byte === newline) return at;
    if (byte === carriageReturn) {
      if (at + 1 === this.#end) return this.#complete ? this.#end : undecided;
      if (this.#bytes[at + 1] === newline) return at;
    }
    return this.#condemn(Infinity);
  }

  /** Notes that all quoted fields of the walk lead to the same dead end, and how far it is known to be one. */
  #condemn(place: number): typeof malformed {
    this.#deadEndOf ??= this.#noteFrom(this.#opened[0] as number);
    const deadEnd = this.#met[0] ?? this.#deadEnds.length;
    this.#deadEnds[deadEnd] = place;
    for (const met of this.#met) this.#deadEnds[met] = place;
    for (const opened of this.#opened) this.#deadEndOf[opened - this.#noted] = deadEnd;
    return malformed;
  }

  #noteFrom(place: number): Uint32Array {
    this.#noted = place;
    return new Uint32Array(this.#end - place);
  }
}
