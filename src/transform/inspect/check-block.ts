import { isUtf8 } from 'node:buffer';
import { splitCsv } from '../../records/csv.ts';
import type { RecordSpans, Splitter } from '../../records/framing.ts';
import { findJsonError } from '../../records/json-error.ts';
import { JsonScanner } from '../../records/json-scanner.ts';
import { splitLines } from '../../records/lines.ts';
import { countColumns } from './count-columns.ts';

/** What is looked for in records: JSON's or CSV's rules, or only where they end. */
export type Content = 'json' | 'csv' | 'bytes';

/** Whole records to look at. */
export interface BlockTask {
  readonly bytes: SharedArrayBuffer;
  readonly start: number;
  readonly end: number;
  readonly content: Content;
  /** Lines; CSV rows, which may go over several lines; or one record. */
  readonly framing: 'lines' | 'csv' | 'whole';
  /** A longer record, its newline included, is over the payload. */
  readonly maxBytes: number;
}

/** What can be wrong with a record. */
export type RecordFinding =
  | 'blank'
  | 'crlf'
  | 'invalidJson'
  | 'invalidUtf8'
  | 'overPayload'
  | 'openQuote'
  | 'strayQuote'
  | 'notChecked';

/** How many records have it, and the first of them: by index in the block, with the reason where there is one. */
export interface Found {
  readonly count: number;
  readonly first: readonly { readonly index: number; readonly why: string }[];
}

export interface BlockFacts {
  readonly records: number;
  /** Of the longest record, its newline included. */
  readonly longest: { readonly index: number; readonly bytes: number };
  readonly found: Readonly<Partial<Record<RecordFinding, Found>>>;
  /** Of CSV: how many rows have so many columns, and the first of them. */
  readonly columns: readonly { readonly columns: number; readonly count: number; readonly index: number }[];
}

/** Places noted of one finding in a block. */
const mostPlaces = 20;
const scanner = new JsonScanner();

/** Looks at every record of a block: at about 0.5 GB a second where they are in order. */
export function checkBlock({ bytes, start, end, content, framing, maxBytes }: BlockTask): BlockFacts {
  const buffer = Buffer.from(bytes, 0, end);
  const split = splitters[framing](end - start);
  const spans: RecordSpans = { starts: new Uint32Array(4096), ends: new Uint32Array(4096), count: 0 };
  const tally = new Tally(maxBytes);
  const check = checks[content];
  const utf8 = content === 'bytes' || isUtf8(buffer.subarray(start, end));
  for (let position = start; position < end; ) {
    const next = split(buffer, position, end, spans);
    for (let i = 0; i < spans.count; i++) {
      const recordStart = spans.starts[i] as number;
      const recordEnd = spans.ends[i] as number;
      const behind = i + 1 < spans.count ? (spans.starts[i + 1] as number) : next;
      tally.size(behind - recordStart, behind - recordEnd === 2);
      if (content === 'bytes') continue;
      if (recordEnd === recordStart) tally.note('blank', '');
      else if (!utf8 && !isUtf8(buffer.subarray(recordStart, recordEnd))) tally.note('invalidUtf8', '');
      else check(buffer, recordStart, recordEnd, tally);
    }
    position = next;
  }
  return tally.facts();
}

const splitters: Readonly<Record<BlockTask['framing'], (bytes: number) => Splitter>> = {
  lines: () => splitLines,
  csv: splitCsv,
  whole: () => (_bytes, start, end, spans) => {
    spans.starts[0] = start;
    spans.ends[0] = end;
    spans.count = 1;
    return end;
  },
};

type Check = (bytes: Buffer, start: number, end: number, tally: Tally) => void;

const checks: Readonly<Record<Content, Check>> = {
  bytes: () => undefined,
  json: checkJson,
  csv: (bytes, start, end, tally) => {
    const columns = countColumns(bytes, start, end);
    if (columns > 0) tally.row(columns);
    else tally.note(columns === -1 ? 'openQuote' : 'strayQuote', '');
  },
};

/** The scanner says yes to what is surely JSON, at twice the speed of JSON.parse; the rest gets the slow, sure way. */
function checkJson(bytes: Buffer, start: number, end: number, tally: Tally): void {
  scanner.use(bytes, end);
  const behind = scanner.value(scanner.blanks(start), 0);
  if (behind >= 0 && scanner.blanks(behind) === end) return;
  const text = bytes.toString('utf8', start, end);
  if (text.trim() === '') {
    tally.note('blank', '');
    return;
  }
  const why = findJsonError(text);
  if (why !== undefined) tally.note('invalidJson', why);
}

class Tally {
  readonly #maxBytes: number;
  #records = 0;
  #longest = { index: 0, bytes: 0 };
  readonly #found: Partial<Record<RecordFinding, { count: number; first: { index: number; why: string }[] }>> = {};
  readonly #columns = new Map<number, { columns: number; count: number; index: number }>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Begins a record; what is noted next is about it. */
  size(bytes: number, crlf: boolean): void {
    this.#records += 1;
    if (bytes > this.#longest.bytes) this.#longest = { index: this.#records - 1, bytes };
    if (bytes > this.#maxBytes) this.note('overPayload', `${bytes.toLocaleString('en')} bytes`);
    if (crlf) this.note('crlf', '');
  }

  note(finding: RecordFinding, why: string): void {
    const found = this.#found[finding] ?? { count: 0, first: [] };
    this.#found[finding] = found;
    found.count += 1;
    if (found.first.length < mostPlaces) found.first.push({ index: this.#records - 1, why });
  }

  row(columns: number): void {
    const known = this.#columns.get(columns);
    if (known) known.count += 1;
    else this.#columns.set(columns, { columns, count: 1, index: this.#records - 1 });
  }

  facts(): BlockFacts {
    return {
      records: this.#records,
      longest: this.#longest,
      found: this.#found,
      columns: [...this.#columns.values()].slice(0, 100),
    };
  }
}
