import { createHash, type Hash } from 'node:crypto';
import { findErrorLines } from './error-lines.ts';
import { type Chunks, countLines, wholeLines } from './lines-of.ts';

/** An error line of an output. */
export interface FoundError {
  /** Of the output, from 1; and so of the input, unless blank lines were dropped. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** A line of errors.jsonl: what went wrong, and the record that it is about, without what the record holds. */
export interface ErrorEntry extends FoundError {
  readonly object: string;
  /** Where the record begins in the object, in bytes; after decompression. */
  readonly offset: number;
  /** Of the record's bytes without the newline behind it. */
  readonly sha256: string;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/** The error lines among output lines, in order. @param firstLine the number of the first line in the object */
export async function findErrors(output: Chunks, firstLine: number): Promise<FoundError[]> {
  const found: FoundError[] = [];
  let line = firstLine;
  for await (const lines of wholeLines(output)) {
    for (const { index, code, message } of findErrorLines(lines)) found.push({ line: line + index, code, message });
    line += countLines(lines);
  }
  return found;
}

/** Where input begins. */
export interface InputStart {
  readonly object: string;
  /** The number of its first line. */
  readonly line: number;
  readonly offset: number;
  /** Whether blank lines are no records: they are not counted. */
  readonly skipBlank?: boolean;
}

/** Finds the records of errors in input. */
export async function locateErrors(
  errors: readonly FoundError[],
  input: Chunks,
  { object, skipBlank = false, ...start }: InputStart,
): Promise<ErrorEntry[]> {
  const entries: ErrorEntry[] = [];
  let { line, offset } = start;
  let position = offset;
  let last: number | undefined;
  let hash: Hash | undefined;
  const take = (error: FoundError, digest: Hash): void => {
    entries.push({ object, ...error, offset, sha256: digest.digest('hex') });
  };
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length && entries.length < errors.length; ) {
      const end = chunk.indexOf(newline, at);
      const stop = end < 0 ? chunk.length : end;
      const wanted = errors[entries.length] as FoundError;
      if (wanted.line === line) hash = (hash ?? createHash('sha256')).update(chunk.subarray(at, stop));
      if (stop > at) last = chunk[stop - 1];
      position += stop - at;
      at = stop + 1;
      if (end < 0) break;
      const blank = skipBlank && (position === offset || (position === offset + 1 && last === carriageReturn));
      if (hash && !blank) take(wanted, hash);
      hash = undefined;
      position += 1;
      offset = position;
      if (!blank) line += 1;
    }
    if (entries.length === errors.length) break;
  }
  if (hash) take(errors[entries.length] as FoundError, hash);
  return entries;
}
