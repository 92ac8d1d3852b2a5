import { RecordError } from '../errors.ts';
import { nameCharacter } from './character-name.ts';
import { RowScanner } from './csv-row-scanner.ts';
import type { Cutter, Splitter } from './framing.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** Cuts a CSV body behind its last whole row, see `RowScanner`; a body without quotes is cut as lines are. */
export function csvCutter(maxRecordBytes: number): Cutter {
  return {
    kind: 'csv',
    cut(bytes, last) {
      const end = last ? bytes.length : wholeRowsEnd(bytes, maxRecordBytes);
      return { start: 0, end, next: end };
    },
  };
}

function wholeRowsEnd(bytes: Buffer, maxRecordBytes: number): number {
  if (!bytes.includes(quote)) return bytes.lastIndexOf(newline) + 1;
  const scanner = new RowScanner(bytes, bytes.length, { maxRecordBytes, complete: false });
  let row = 0;
  for (let end = scanner.rowEnd(row); end !== undefined; end = scanner.rowEnd(row)) row = end + 1;
  return row;
}

/**
 * Finds the rows of a block, without the `\n` or `\r\n` behind them; a blank line is a row. A splitter remembers
 * between calls what it learnt of malformed rows, so use one splitter for one block at a time.
 */
export function splitCsv(maxRecordBytes: number): Splitter {
  let scanner: RowScanner | undefined;
  let next = 0;
  return (bytes, start, end, spans) => {
    if (!scanner?.scans(bytes, end) || start !== next) {
      scanner = new RowScanner(bytes, end, { maxRecordBytes, complete: true });
    }
    const { starts, ends } = spans;
    const room = starts.length;
    let count = 0;
    let row = start;
    while (row < end && count < room) {
      const rowEnd = scanner.rowEnd(row) ?? end;
      starts[count] = row;
      ends[count] = rowEnd > row && bytes[rowEnd - 1] === carriageReturn ? rowEnd - 1 : rowEnd;
      count += 1;
      row = rowEnd + 1;
    }
    spans.count = count;
    next = Math.min(row, end);
    if (next === end) scanner = undefined;
    return next;
  };
}

/**
 * The values of a row as RFC 4180 writes them. A quote that does not begin a field is an ordinary character (`5" pipe`).
 * @throws RecordError INVALID_CSV, counting columns from 1
 */
export function parseCsvRow(text: string): string[] {
  if (!text.includes('"')) return text.split(',');
  const values: string[] = [];
  for (let at = 0; ; ) {
    if (text.charCodeAt(at) !== quote) {
      const comma = text.indexOf(',', at);
      values.push(text.slice(at, comma < 0 ? undefined : comma));
      if (comma < 0) return values;
      at = comma + 1;
      continue;
    }
    const closing = closingQuote(text, at + 1, values.length + 1);
    values.push(text.slice(at + 1, closing).replaceAll('""', '"'));
    at = closing + 2;
    if (at > text.length) return values;
    if (text[at - 1] !== ',') throw behindQuote(text, at - 1, values.length);
  }
}

function closingQuote(text: string, from: number, column: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
  if (at >= 0) return at;
  const message = `column ${column}: expected a closing quote, received the end of the row`;
  throw new RecordError('INVALID_CSV', message);
}

function behindQuote(text: string, at: number, column: number): RecordError {
  const expected = `column ${column}: expected ',' or the end of the row after the closing quote`;
  return new RecordError(
    'INVALID_CSV',
    `${expected}, received ${nameCharacter(text, at)} (a quote in a quoted field is doubled)`,
  );
}
