import { createHash, type Hash } from 'node:crypto';
import { findErrorLines } from './error-lines.ts';
import { type Chunks, countLines, wholeLines } from './lines-of.ts';

/** An error line of an output. */
export interface FoundError {
  /** Counts from 1 in the object; line n of the output answers line n of the input. */
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

/** Finds the records of errors in input. @param start where it begins: the number of its first line, and its offset */
export async function locateErrors(
  errors: readonly FoundError[],
  input: Chunks,
  start: { readonly object: string; readonly line: number; readonly offset: number },
): Promise<ErrorEntry[]> {
  const entries: ErrorEntry[] = [];
  let { line, offset } = start;
  let position = offset;
  let hash: Hash | undefined;
  const take = (error: FoundError, digest: Hash): void => {
    entries.push({ object: start.object, ...error, offset, sha256: digest.digest('hex') });
    hash = undefined;
  };
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length && entries.length < errors.length; ) {
      const end = chunk.indexOf(newline, at);
      const stop = end < 0 ? chunk.length : end;
      const wanted = errors[entries.length] as FoundError;
      if (wanted.line === line) hash = (hash ?? createHash('sha256')).update(chunk.subarray(at, stop));
      position += stop - at;
      at = stop + 1;
      if (end < 0) break;
      if (hash) take(wanted, hash);
      position += 1;
      offset = position;
      line += 1;
    }
    if (entries.length === errors.length) break;
  }
  if (hash) take(errors[entries.length] as FoundError, hash);
  return entries;
}
