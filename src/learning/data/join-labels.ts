import { BatchlineError } from '../../errors.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { dataError, type Place, placeText, shown } from './data-error.ts';
import type { DataSettings, LabelFileSettings } from './data-settings.ts';
import { compileField, readText } from './fields.ts';
import { type DataFile, findDataFiles } from './find-data-files.ts';
import { type FileLabel, readLabelFile } from './label-file.ts';
import { type LabelledRecord, type Pass, readAll, sliceReader } from './labelled-records.ts';
import type { DataRecord } from './read-records.ts';

/** Labels by hand are few; their records are kept, because they come in the order of the labels. */
const mostKeptBytes = 512 * 1024 * 1024;
const chunkRows = 1024;

type JoinSettings = DataSettings & { readonly labelFile: LabelFileSettings };

/** A record that has a label, as JSON: a fifth of the memory that the object takes. */
interface Kept extends Omit<LabelledRecord, 'record'> {
  readonly json: Buffer;
}

/** The records that have a label in the label file, in its order. The files are read once, whatever the readings. */
export function joinedRecords(
  settings: JoinSettings,
  openStore: OpenStore,
): (files: readonly DataFile[], pass: Pass) => AsyncGenerator<LabelledRecord[]> {
  if (settings.id === undefined) {
    const problem = "data.id: expected the path of the records' id, which data.labelFile.key is joined to";
    throw new BatchlineError('INVALID_INPUT', problem);
  }
  const idField = compileField('id', settings.id);
  let joined: Promise<readonly Kept[]> | undefined;
  return async function* (files, pass) {
    joined ??= join({ settings, idField, openStore, files }, pass);
    const kept = await joined;
    for (let start = 0; start < kept.length; start += chunkRows) {
      pass.signal.throwIfAborted();
      yield kept.slice(start, start + chunkRows).map(({ json, ...row }) => ({ ...row, record: recordOf(json) }));
    }
  };
}

interface Join {
  readonly settings: JoinSettings;
  readonly idField: ReturnType<typeof compileField>;
  readonly openStore: OpenStore;
  readonly files: readonly DataFile[];
}

async function join({ settings, idField, openStore, files }: Join, pass: Pass): Promise<readonly Kept[]> {
  const { labelFile, slices: slicePaths = [] } = settings;
  const labels = await labelsOf(settings, openStore, pass.signal);
  const slices = sliceReader(slicePaths.map((path, index) => compileField(`slices[${index}]`, path)));
  const kept = new Array<Kept>(labels.byId.size);
  let bytes = 0;
  for await (const { file, records, lines } of readAll(files, [idField], pass)) {
    for (const [row, record] of records.entries()) {
      const at = { file, line: lines[row] as number };
      const id = readText(idField, record, at);
      const label = labels.byId.get(id);
      if (!label) continue;
      const before = kept[label.position];
      if (before) throw dataError(at, `the id ${shown(id)} again, after ${placeText(before)}: which has the label?`);
      const json = Buffer.from(JSON.stringify(record));
      bytes += json.length;
      if (bytes > mostKeptBytes) throw tooMuch(at);
      const all = [...slices.read(record, at), ...label.slices];
      kept[label.position] = { ...at, labelAt: label.at, json, label: label.label, id, slices: all };
    }
  }
  refuseUnknown(labels.byId, kept);
  slices.finish();
  // The label file last: its bytes are part of what the model was trained on.
  if (pass.hashes) {
    pass.hashes.begin(labelFile.path);
    for await (const chunk of labels.file.store.read(labels.file.object, { signal: pass.signal })) {
      pass.hashes.update(chunk);
    }
  }
  return kept;
}

async function labelsOf({ labelFile, labels = [] }: JoinSettings, openStore: OpenStore, signal: AbortSignal) {
  const { files } = await findDataFiles([labelFile.path], { openStore, signal, format: labelFile.format });
  const [file] = files;
  if (file?.name !== labelFile.path) {
    const problem = `data.labelFile.path: expected one file, received the folder ${labelFile.path}`;
    throw new BatchlineError('INVALID_INPUT', problem);
  }
  return { file, byId: await readLabelFile(file, labelFile, { signal, declared: new Set(labels.map(String)) }) };
}

function refuseUnknown(byId: ReadonlyMap<string, FileLabel>, kept: readonly Kept[]): void {
  const lacking = [...byId].filter(([, { position }]) => kept[position] === undefined);
  const [first] = lacking;
  if (!first) return;
  const [id, { at }] = first;
  const more = lacking.length > 1 ? ` (nor are ${lacking.length - 1} more of the label file)` : '';
  throw dataError(at, `the id ${shown(id)} is not in data.files${more}; expected a record for each label`);
}

function tooMuch(at: Place): BatchlineError {
  const problem = `more than ${mostKeptBytes / 2 ** 20} MiB of records have a label in data.labelFile`;
  return dataError(at, `${problem}, which are kept in memory; put the labels into the records instead`);
}

function recordOf(json: Buffer): DataRecord {
  return JSON.parse(json.toString()) as DataRecord;
}
