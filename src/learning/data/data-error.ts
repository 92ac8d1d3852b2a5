import { BatchlineError, messageOf } from '../../errors.ts';

/** A place in the data, as messages name it. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** "reviews.csv, line 17: …" */
export function dataError(at: Place, problem: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_INPUT', `${placeText(at)}: ${problem}`, cause === undefined ? {} : { cause });
}

/** Puts the place before whatever was thrown over a row, unless it is a defect and not about the row's content. */
export function rowError(at: Place, error: unknown): unknown {
  return error instanceof BatchlineError ? dataError(at, messageOf(error), error) : error;
}

export function placeText({ file, line }: Place): string {
  return `${file}, line ${line}`;
}

/** A value as messages show it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
