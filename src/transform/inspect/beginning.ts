import { parseCsvRow } from '../../records/csv.ts';
import { findJsonError } from '../../records/json-error.ts';
import type { Content } from './check-block.ts';
import { headerIsPresent } from './content.ts';
import type { Finding, InspectSettings } from './facts.ts';

/** What an object's first bytes say of all of it. */
export interface Beginning {
  readonly findings: readonly (readonly [Finding, why?: string])[];
  /** A JSON text over several lines, or an array of all records. */
  readonly isDocument: boolean;
  /** Whether looking at its records is of no use. */
  readonly isOpaque: boolean;
}

const rowsLookedAt = 20;

/** @param head the first bytes, after decompression: 64 KiB, or all there are */
export function readBeginning(head: Buffer, content: Content, settings: InspectSettings): Beginning {
  if (content === 'bytes') return { findings: [], isDocument: false, isOpaque: true };
  if (isUtf16(head)) return { findings: [['utf16']], isDocument: false, isOpaque: true };
  const withMark = head.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
  const text = head.toString('utf8', withMark ? 3 : 0);
  const findings: [Finding, why?: string][] = withMark ? [['byteOrderMark']] : [];
  if (content === 'csv') {
    const header = headerIsPresent(settings.contentType) ? undefined : probableHeader(text);
    return { findings: header ? [...findings, ['header', header]] : findings, isDocument: false, isOpaque: false };
  }
  const document = documentKind(text);
  if (document === undefined) return { findings, isDocument: false, isOpaque: false };
  const broken = settings.splitType === 'Line';
  return {
    findings: broken ? [...findings, ['documentInLines', document]] : findings,
    isDocument: true,
    isOpaque: broken,
  };
}

/** By its mark, or by zeros in every other byte of what is mostly ASCII. */
function isUtf16(head: Buffer): boolean {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfeff || mark === 0xfffe) return true;
  const looked = head.subarray(0, 1024);
  let zeros = 0;
  for (const byte of looked) if (byte === 0) zeros += 1;
  return looked.length > 1 && zeros > looked.length / 4;
}

/** What a JSON text is that is no JSON value a line; undefined for lines. */
function documentKind(text: string): string | undefined {
  const start = text.trimStart();
  const first = start.split('\n', 1)[0]?.trim() ?? '';
  const whole = first.length < start.trimEnd().length;
  if (!/^[[{]/.test(first)) return undefined;
  if (whole && /[[{,]$/.test(first) && findJsonError(first) !== undefined) {
    return first.startsWith('[') ? 'a JSON array over several lines' : 'a JSON document over several lines';
  }
  return !whole && /^\[\s*[[{]/.test(first) ? 'one JSON array on one line' : undefined;
}

/** What speaks for a header: a column that holds numbers in all of the next rows and none in the first. */
function probableHeader(text: string): string | undefined {
  const rows = text.split(/\r?\n/, rowsLookedAt + 1).filter((row) => row !== '');
  if (rows.length > 2) rows.pop(); // it may be cut off
  const [names, ...others] = parsedRows(rows);
  if (names === undefined || others.length === 0) return undefined;
  const named = names.some((_, column) => others.every((row) => isNumber(row[column])));
  if (!named || names.some((name) => isNumber(name) || name.trim() === '')) return undefined;
  return `${names.length} columns without a number, above rows with numbers`;
}

/** None at all where a row is malformed: nothing can be said then. */
function parsedRows(rows: readonly string[]): string[][] {
  try {
    return rows.map(parseCsvRow);
  } catch {
    return [];
  }
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && cell.trim() !== '' && !Number.isNaN(Number(cell));
}
