import { parseCsvRow } from '../../records/csv.ts';
import { findJsonError } from '../../records/json-error.ts';
import type { Content } from './check-block.ts';
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
export function readBeginning(head: Buffer, content: Content, { splitType }: InspectSettings): Beginning {
  if (content === 'bytes') return { findings: [], isDocument: false, isOpaque: true };
  if (isUtf16(head)) return { findings: [['utf16']], isDocument: false, isOpaque: true };
  const withMark = head.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf));
  const text = head.toString('utf8', withMark ? 3 : 0);
  const findings: [Finding, why?: string][] = withMark ? [['byteOrderMark']] : [];
  if (content === 'csv') {
    const header = probableHeader(text);
    return { findings: header ? [...findings, ['header', header]] : findings, isDocument: false, isOpaque: false };
  }
  const document = documentKind(text);
  if (document === undefined) return { findings, isDocument: false, isOpaque: false };
  const broken = splitType === 'Line';
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

/** The names, if a column that holds numbers in all of the next rows holds none in the first. */
function probableHeader(text: string): string | undefined {
  const rows = text.split(/\r?\n/, rowsLookedAt + 1).filter((row) => row !== '');
  const [names, ...others] = rows.flatMap((row) => cellsOf(row));
  if (names === undefined || others.length === 0) return undefined;
  const isNumeric = (cell: string | undefined): boolean =>
    cell !== undefined && cell.trim() !== '' && !Number.isNaN(Number(cell));
  const rest = others.slice(0, -1).length > 0 ? others.slice(0, -1) : others; // the last may be cut off
  const named = names.some((_, column) => rest.every((row) => isNumeric(row[column])));
  if (!named || names.some((name) => isNumeric(name) || name.trim() === '')) return undefined;
  return `${names.length} columns without a number, above rows with numbers`;
}

function cellsOf(row: string): string[][] {
  try {
    return [parseCsvRow(row)];
  } catch {
    return [];
  }
}
