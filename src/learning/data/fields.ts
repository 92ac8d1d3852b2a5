import { type JsonPath, pathError } from '../../records/json-path.ts';
import type { JsonValue } from '../../records/json-value.ts';
import { dataError, type Place, shown } from './data-error.ts';
import { fieldPath } from './data-settings.ts';
import { meant } from './near-names.ts';
import type { DataRecord } from './read-records.ts';

/** A field of the records that the settings name. */
export interface Field {
  /** The name of the setting: `label`, `slices[0]`. */
  readonly setting: string;
  readonly path: JsonPath;
}

export function compileField(setting: string, path: string): Field {
  return { setting, path: fieldPath(setting, path) };
}

/** What stands for a slice where a record has no value. */
export const noSlice = '(missing)';

const expected = 'a text, a number, true or false';

/** The field's value as text. @throws BatchlineError that names the place where it is missing or no plain value */
export function readText({ setting, path }: Field, record: DataRecord, at: Place): string {
  const value = path.read(record as JsonValue);
  if (typeof value === 'string') return value;
  if (isPlain(value)) return String(value);
  const { message } = pathError(path, record as JsonValue, expected);
  const hint = value === undefined ? `; ${meant(path.source, Object.keys(record), 'the record has')}` : '';
  throw dataError(at, `${message}, for data.${setting}${hint}`);
}

/** The same, but undefined where the record has no such value. */
export function readOptionalText(field: Field, record: DataRecord, at: Place): string | undefined {
  const value = field.path.read(record as JsonValue);
  return value === undefined || value === null ? undefined : readText(field, record, at);
}

function isPlain(value: JsonValue | undefined): value is number | boolean {
  return typeof value === 'boolean' || Number.isFinite(value);
}

/** What pandas writes for a value that is not there, when it writes CSV. */
const missing = new Set(['', 'nan', 'NaN', 'NA', 'N/A', 'null', 'NULL', 'None']);

/** A label's text, which must be one unless the settings name it as a class. */
export function readLabel(field: Field, record: DataRecord, at: Place, declared: ReadonlySet<string>): string {
  const label = readText(field, record, at);
  if (!missing.has(label) || declared.has(label)) return label;
  const remedy = 'remove the row, or name the class in data.labels if it is one';
  throw dataError(
    at,
    `${field.path.source} is ${shown(label)}: expected a label, for data.${field.setting}; ${remedy}`,
  );
}

/** Refuses a CSV or TSV whose header lacks a field, before any row is read. */
export function checkColumns(fields: readonly Field[], names: readonly string[], file: string): void {
  for (const { setting, path } of fields) {
    const [first] = path.steps;
    if (first?.kind !== 'key' || names.includes(first.key)) continue;
    const problem = `no column ${shown(first.key)}, for data.${setting}; ${meant(first.key, names, 'the header has')}`;
    throw dataError({ file, line: 1 }, problem);
  }
}
