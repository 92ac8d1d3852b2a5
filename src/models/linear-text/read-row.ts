import { RecordError } from '../../errors.ts';
import { type JsonPath, wrongValue } from '../../records/json-path.ts';
import type { JsonValue } from '../../records/json-value.ts';
import { parseDecimal } from './parse-decimal.ts';

/** A text field of a row. */
export interface TextCell {
  readonly path: JsonPath;
  readonly optional: boolean;
  /** Takes one text; answers false for any other type. */
  readonly add: (value: JsonValue) => boolean;
}

/**
 * Reads a row by position: numbers first, then texts. Only a CSV row, whose every value is a string, has its numbers as
 * text: in a JSON array that is a wrong type. `mayBeCsv` says that the row may be one.
 */
export type RowReader = (row: readonly JsonValue[], mayBeCsv: boolean) => readonly number[];

export function createRowReader(numberPaths: readonly JsonPath[], texts: readonly TextCell[]): RowReader {
  const names = [...numberPaths, ...texts.map(({ path }) => path)].map(({ source }) => source);
  return (row, mayBeCsv) => {
    if (row.length !== names.length) throw wrongLength(row, names);
    if (texts.length === 0 && row.every(isFiniteNumber)) return row; // nothing to read out of it: no copy
    const isCsv = mayBeCsv && typeof row[0] === 'string' && row.every((value) => typeof value === 'string');
    const numbers = new Array<number>(numberPaths.length);
    for (let index = 0; index < numbers.length; index++) {
      const cell = row[index] as JsonValue;
      const value = isCsv ? parseCell(cell as string, index, names) : cell;
      if (typeof value !== 'number') throw wrongValue(place(index, names), value, 'a number');
      if (!Number.isFinite(value)) throw notFinite(place(index, names));
      numbers[index] = value;
    }
    for (let index = 0; index < texts.length; index++) {
      const at = numbers.length + index;
      addText(texts[index] as TextCell, row[at] as JsonValue, () => place(at, names));
    }
    return numbers;
  };
}

function isFiniteNumber(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function parseCell(cell: string, index: number, names: readonly string[]): number {
  const value = parseDecimal(cell);
  if (!Number.isNaN(value)) return value;
  if (cell === '') throw new RecordError('MISSING_FIELD', `${place(index, names)} is empty: expected a number`);
  throw new RecordError('WRONG_TYPE', `${place(index, names)} is text that is not a number: expected a number`);
}

/** A number such as 1e400 is JSON, but beyond what a double holds. */
export function notFinite(where: string): RecordError {
  return new RecordError('WRONG_TYPE', `${where} is not finite: expected a finite number`);
}

function addText({ path, optional, add }: TextCell, cell: JsonValue, where: () => string): void {
  if (optional && cell === null) return;
  if (!Array.isArray(cell) || !path.plural) {
    if (cell === null || !add(cell)) throw wrongValue(where(), cell, path.plural ? 'a string or an array' : 'a string');
    return;
  }
  for (const [index, element] of cell.entries()) {
    if (element !== null && !add(element)) throw wrongValue(`element ${index + 1} of ${where()}`, element, 'a string');
  }
}

function place(index: number, names: readonly string[]): string {
  return `value ${index + 1} (${names[index]})`;
}

function wrongLength(row: readonly JsonValue[], names: readonly string[]): RecordError {
  const shown = names.length > 8 ? [...names.slice(0, 8), '…'] : names;
  const [only] = row;
  const delimiter = row.length === 1 && typeof only === 'string' ? /[;\t]/.exec(only)?.[0] : undefined;
  const name = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
  const question = delimiter === undefined ? '' : `; is ${name} the delimiter? CSV is read with commas`;
  return new RecordError(
    'WRONG_LENGTH',
    `expected ${names.length} values (${shown.join(', ')}), received ${row.length}${question}`,
  );
}
