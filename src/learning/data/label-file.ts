import { BatchlineError } from '../../errors.ts';
import { dataError, type Place, placeText, shown } from './data-error.ts';
import type { LabelFileSettings, LabelValue } from './data-settings.ts';
import { checkColumns, compileField, readLabel, readText } from './fields.ts';
import type { DataFile } from './find-data-files.ts';
import { sliceReader } from './labelled-records.ts';
import { type DataRecord, readRecords } from './read-records.ts';

/** A label of the label file. */
export interface FileLabel {
  /** From 0, among the labels that are taken. */
  readonly position: number;
  readonly at: Place;
  readonly label: string;
  readonly slices: readonly string[];
}

/** The labels by id, in the order of the file, without those that `where` leaves out. */
export async function readLabelFile(
  file: DataFile,
  settings: LabelFileSettings,
  { signal, declared }: { readonly signal: AbortSignal; readonly declared: ReadonlySet<string> },
): Promise<ReadonlyMap<string, FileLabel>> {
  const key = compileField('labelFile.key', settings.key);
  const label = compileField('labelFile.label', settings.label);
  const wanted = conditions(settings.where ?? {});
  const sliceFields = (settings.slices ?? []).map((path, index) => compileField(`labelFile.slices[${index}]`, path));
  const slices = sliceReader(sliceFields);
  const fields = [key, label, ...wanted.map(({ field }) => field), ...sliceFields];
  const onHeader = (names: readonly string[]) => checkColumns(fields, names, file.name);
  const byId = new Map<string, FileLabel>();
  let rows = 0;
  for await (const { records, lines } of readRecords(file, { signal, onHeader })) {
    for (const [row, record] of records.entries()) {
      const at = { file: file.name, line: lines[row] as number };
      rows += 1;
      if (!wanted.every((condition) => condition.holds(record, at))) continue;
      const id = readText(key, record, at);
      const before = byId.get(id);
      if (before) throw dataError(at, `the id ${shown(id)} has a label already, on ${placeText(before.at)}; keep one`);
      const text = readLabel(label, record, at, declared);
      byId.set(id, { position: byId.size, at, label: text, slices: slices.read(record, at) });
    }
  }
  slices.finish();
  if (byId.size === 0) throw nothing(file.name, rows, settings.where);
  return byId;
}

function conditions(where: NonNullable<LabelFileSettings['where']>) {
  return Object.entries(where).map(([path, values]) => {
    const field = compileField(`labelFile.where`, path);
    const wanted = new Set((Array.isArray(values) ? (values as LabelValue[]) : [values]).map(String));
    return { field, holds: (record: DataRecord, at: Place) => wanted.has(readText(field, record, at)) };
  });
}

function nothing(name: string, rows: number, where: LabelFileSettings['where']): BatchlineError {
  const problem = where && rows > 0 ? `none of its ${rows} labels is as data.labelFile.where says` : 'it has no labels';
  return new BatchlineError('INVALID_INPUT', `${name}: ${problem}: expected at least two`);
}
