import { type RecordErrorCode, recordErrors } from '../../errors.ts';

/** An error line of batchline's own server in a reply. */
export interface ErrorLine {
  /** The line within the reply, from 0. */
  readonly index: number;
  readonly code: RecordErrorCode;
  /** Of a CSV reply, which has no room for it, what the code means in general. */
  readonly message: string;
  /** The record's number within the request, from 1. */
  readonly record: number;
}

const newline = 0x0a;
// No string of a JSON text can hold these bytes, because quotes within it are escaped.
const jsonMark = Buffer.from('"error":{"code":"');
const csvMark = Buffer.from('ERROR:');
const longestCode = Math.max(...Object.keys(recordErrors).map((code) => code.length));

/** Finds the error lines of a reply of JSON lines or CSV rows. Where there are none it costs two native searches. */
export function findErrorLines(reply: Buffer): ErrorLine[] {
  const found = linesWith(reply, jsonMark, jsonErrorLine);
  return found.length > 0 ? found : linesWith(reply, csvMark, csvErrorLine);
}

type ReadLine = (reply: Buffer, start: number, end: number) => Omit<ErrorLine, 'index'> | undefined;

function linesWith(reply: Buffer, mark: Buffer, read: ReadLine): ErrorLine[] {
  const lines: ErrorLine[] = [];
  let index = 0;
  let start = 0;
  for (let at = reply.indexOf(mark); at >= 0; at = reply.indexOf(mark, start)) {
    for (let end = reply.indexOf(newline, start); end >= 0 && end < at; end = reply.indexOf(newline, start)) {
      start = end + 1;
      index += 1;
    }
    const newlineAt = reply.indexOf(newline, at);
    const end = newlineAt < 0 ? reply.length : newlineAt;
    const line = read(reply, start, end);
    if (line) lines.push({ index, ...line, record: line.record || index + 1 });
    start = end + 1;
    index += 1;
    if (start >= reply.length) break;
  }
  return lines;
}

/** Of `{"error":{…}}` or `{"id":…,"error":{…}}` and nothing else: a handler may answer records that have errors. */
function jsonErrorLine(reply: Buffer, start: number, end: number): ReturnType<ReadLine> {
  const value = parsed(reply.toString('utf8', start, end)) as { error?: Record<string, unknown> } | undefined;
  if (value === undefined || Object.keys(value).some((key) => key !== 'id' && key !== 'error')) return undefined;
  const { code, message, record } = value.error ?? {};
  if (!isCode(code) || typeof message !== 'string' || !Number.isInteger(record)) return undefined;
  return { code, message, record: record as number };
}

function csvErrorLine(reply: Buffer, start: number, end: number): ReturnType<ReadLine> {
  if (!reply.subarray(start, start + csvMark.length).equals(csvMark)) return undefined;
  const from = start + csvMark.length;
  const code = reply.toString('latin1', from, Math.min(end, from + longestCode + 1)).replace(/[,\r].*$/s, '');
  return isCode(code) ? { code, message: recordErrors[code], record: 0 } : undefined;
}

function isCode(code: unknown): code is RecordErrorCode {
  return typeof code === 'string' && Object.hasOwn(recordErrors, code);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
