import { dataError, type Place, shown } from './data-error.ts';
import type { DataSettings } from './data-settings.ts';
import { checkColumns, compileField, type Field, noSlice, readLabel, readOptionalText, readText } from './fields.ts';
import type { DataFile } from './find-data-files.ts';
import type { FileHashes } from './hash-files.ts';
import { meant } from './near-names.ts';
import { type DataRecord, readRecords } from './read-records.ts';

/** A record with what the settings name of it; the label as text. */
export interface LabelledRecord extends Place {
  readonly record: DataRecord;
  readonly label: string;
  /** Where the label is, if elsewhere. */
  readonly labelAt: Place | undefined;
  readonly id: string | undefined;
  readonly slices: readonly string[];
}

/** One reading of the data from its beginning; the hashes only in the first. */
export interface Pass {
  readonly signal: AbortSignal;
  readonly hashes?: FileHashes | undefined;
}

export interface RecordFields {
  readonly label: Field;
  readonly id: Field | undefined;
  readonly slices: readonly Field[];
  /** What the settings name as classes, even if it looks like nothing. */
  readonly declared: ReadonlySet<string>;
}

export function recordFields({ label, id, slices = [], labels = [] }: DataSettings & { label: string }): RecordFields {
  return {
    label: compileField('label', label),
    id: id === undefined ? undefined : compileField('id', id),
    slices: slices.map((path, index) => compileField(`slices[${index}]`, path)),
    declared: new Set(labels.map(String)),
  };
}

/** The records of data whose labels are in the records. */
export async function* readLabelledRecords(
  files: readonly DataFile[],
  fields: RecordFields,
  pass: Pass,
): AsyncGenerator<LabelledRecord[]> {
  const all = [fields.label, ...(fields.id ? [fields.id] : []), ...fields.slices];
  const slices = sliceReader(fields.slices);
  for await (const { file, records, lines } of readAll(files, all, pass)) {
    yield records.map((record, row) => labelled(record, { file, line: lines[row] as number }, { fields, slices }));
  }
  slices.finish();
}

function labelled(
  record: DataRecord,
  at: Place,
  { fields, slices }: { readonly fields: RecordFields; readonly slices: SliceReader },
): LabelledRecord {
  return {
    file: at.file,
    line: at.line,
    record,
    label: readLabel(fields.label, record, at, fields.declared),
    labelAt: undefined,
    id: fields.id && readText(fields.id, record, at),
    slices: slices.read(record, at),
  };
}

/** The records of all files, each with its file; a header that lacks a field is an error. */
export async function* readAll(files: readonly DataFile[], fields: readonly Field[], { signal, hashes }: Pass) {
  for (const { name, ...file } of files) {
    hashes?.begin(name);
    const onHeader = (names: readonly string[]) => checkColumns(fields, names, name);
    const options = { signal, onBytes: hashes?.update, onHeader };
    for await (const { records, lines } of readRecords({ name, ...file }, options))
      yield { file: name, records, lines };
  }
}

export type SliceReader = ReturnType<typeof sliceReader>;
const noSlices: readonly string[] = [];

/** Reads the slices of records; one that no record has at all is a name that was mistyped. */
export function sliceReader(fields: readonly Field[]) {
  const seen = fields.map(() => false);
  let first: { readonly record: DataRecord; readonly at: Place } | undefined;
  return {
    read(record: DataRecord, at: Place): readonly string[] {
      if (fields.length === 0) return noSlices;
      first ??= { record, at };
      return fields.map((field, index) => {
        const value = readOptionalText(field, record, at);
        if (value !== undefined) seen[index] = true;
        return value ?? noSlice;
      });
    },
    finish(): void {
      const never = seen.indexOf(false);
      if (never < 0 || !first) return;
      const { setting, path } = fields[never] as Field;
      const names = meant(path.source, Object.keys(first.record), 'the first record has');
      throw dataError(first.at, `${shown(path.source)}, for data.${setting}, is in no record; ${names}`);
    },
  };
}
