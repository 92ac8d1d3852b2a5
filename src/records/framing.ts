/** How the bytes of a body are divided into records: by newlines, by CSV rows, or by the commas of a JSON array. */
export type FramingKind = 'lines' | 'csv' | 'array';

/**
 * What to take off the front of the bytes that have arrived: the block is `[start, end)`, whole records with the
 * separators between them; the rest, from `next` on, waits for more. `start === end` says that no record is whole yet
 * (or that none is left).
 */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The main thread's half: says where a body may be cut into blocks. Holds the state of one body. */
export interface Cutter {
  readonly kind: FramingKind;
  /**
   * @param bytes everything not yet taken, from a record's start
   * @param last whether the body ends here
   * @throws RequestError INVALID_DOCUMENT when a JSON document is malformed between its elements or cut off
   */
  cut(bytes: Buffer, last: boolean): Cut;
}

/** Where up to `starts.length` records lie in a block: record i is `[starts[i], ends[i])`, without its separator. */
export interface RecordSpans {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  count: number;
}

/**
 * A worker's half: finds the next records of `[start, end)` of a block, as many as `spans` holds, and returns where to
 * go on (`end` when done).
 */
export type Splitter = (bytes: Buffer, start: number, end: number, spans: RecordSpans) => number;
