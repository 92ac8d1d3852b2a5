import { hash } from 'node:crypto';
import { BatchlineError } from '../../errors.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { type ClassCounts, countClasses, declaredClasses } from './classes.ts';
import { rowError } from './data-error.ts';
import type { DataSettings } from './data-settings.ts';
import { type FoundFiles, findDataFiles } from './find-data-files.ts';
import { type FileHashes, type HashedFile, hashFiles } from './hash-files.ts';
import { joinedRecords } from './join-labels.ts';
import { type LabelledRecord, type Pass, readLabelledRecords, recordFields } from './labelled-records.ts';

export type { DataSettings } from './data-settings.ts';

/** A record with its label. */
export interface LabelledRow {
  /** From 0, of the rows that have a label. */
  readonly index: number;
  readonly file: string;
  /** From 1, the line of the file on which the record begins. */
  readonly line: number;
  /** Of JSON the object; of CSV and TSV the cells as texts by the names of the header. */
  readonly record: Readonly<Record<string, unknown>>;
  /** The index of its class. */
  readonly label: number;
  readonly id: string | undefined;
  /** The texts at the paths of `sliceNames`; "(missing)" where there is none. */
  readonly slices: readonly string[];
  /** Of the content that the model reads: 128 bits of its SHA-256, in hex. Computed when it is asked for. */
  readonly hash: string;
}

export interface RowOptions {
  readonly openStore: OpenStore;
  readonly signal: AbortSignal;
  /** What the model reads of a record: rows with the same are duplicates. */
  readonly contentOf: (record: LabelledRow['record']) => string;
}

export interface DataSummary {
  readonly rows: number;
  readonly classes: readonly string[];
  /** How many rows each class has. */
  readonly counts: readonly number[];
  /** Of the bytes of all files as they are stored, one after the other, a label file last. */
  readonly sha256: string;
  readonly files: readonly HashedFile[];
  /** Files in the folders that are not data by their names. */
  readonly skipped: readonly string[];
}

export interface RowSource {
  /** The rows in pieces, read as they are asked for; each call reads them anew, in the same order. */
  rows(): AsyncIterable<readonly LabelledRow[]>;
  /** What the data is. Reads it once, unless a reading has been finished before. */
  summary(): Promise<DataSummary>;
}

/**
 * The labelled rows of files.
 * @throws BatchlineError INVALID_INPUT that names file, line and field of what is wrong with the data, as it is read
 */
export function openRows(settings: DataSettings, { openStore, signal, contentOf }: RowOptions): RowSource {
  const read = recordReader(settings, openStore);
  let known: DataSummary | undefined;
  let joinHashes: FileHashes | undefined;
  const labelSetting = settings.labelFile ? 'labelFile.label' : 'label';

  async function* firstReading(): AsyncGenerator<{ records: LabelledRecord[]; labels: number[] }> {
    const classes = countClasses(settings.labels, labelSetting);
    const found = await read.find(signal);
    const hashes = joinHashes ?? hashFiles(found.files.length + (settings.labelFile ? 1 : 0));
    if (settings.labelFile) joinHashes = hashes; // a join reads once, even if its first reading is broken off
    for await (const records of read.records(found, { signal, hashes })) {
      yield { records, labels: records.map((record) => classes.add(record.label, record.labelAt ?? record)) };
    }
    known ??= summarise(classes, hashes, found);
  }

  async function* laterReading({
    classes,
  }: DataSummary): AsyncGenerator<{ records: LabelledRecord[]; labels: number[] }> {
    const indexOf = declaredClasses(classes);
    for await (const records of read.records(await read.find(signal), { signal })) {
      yield { records, labels: records.map((record) => indexOf(record.label, record.labelAt ?? record)) };
    }
  }

  async function summary(): Promise<DataSummary> {
    if (!known) for await (const _ of firstReading());
    return known as unknown as DataSummary;
  }

  return {
    summary,
    async *rows() {
      // Without declared classes the index of a label is known only when all have been seen.
      if (!settings.labels) await summary();
      let next = 0;
      for await (const { records, labels } of known ? laterReading(known) : firstReading()) {
        yield records.map((record, row) => new Row(record, next + row, labels[row] as number, contentOf));
        next += records.length;
      }
    },
  };
}

function recordReader(settings: DataSettings, openStore: OpenStore) {
  const { files, format, label, labelFile } = settings;
  if (labelFile === undefined && label === undefined) {
    throw new BatchlineError('INVALID_INPUT', 'data.label: expected the path of the label, or data.labelFile');
  }
  let found: Promise<FoundFiles> | undefined;
  const joined = labelFile && joinedRecords({ ...settings, labelFile }, openStore);
  const fields = joined ? undefined : recordFields({ ...settings, label: label as string });
  return {
    /** Listed once: a file that changes later is an error and not other rows. */
    find(signal: AbortSignal): Promise<FoundFiles> {
      found ??= findDataFiles(files, { openStore, signal, format });
      return found;
    },
    records({ files: all }: FoundFiles, pass: Pass): AsyncGenerator<LabelledRecord[]> {
      return fields ? readLabelledRecords(all, fields, pass) : (joined as NonNullable<typeof joined>)(all, pass);
    },
  };
}

function summarise(classes: ClassCounts, hashes: FileHashes, { skipped }: FoundFiles): DataSummary {
  const counted = classes.finish();
  const rows = counted.counts.reduce((sum, count) => sum + count, 0);
  return { rows, ...counted, ...hashes.finish(), skipped };
}

/** A class, because an object with a getter of its own takes three times as long to make. */
class Row implements LabelledRow {
  readonly index: number;
  readonly file: string;
  readonly line: number;
  readonly record: LabelledRow['record'];
  readonly label: number;
  readonly id: string | undefined;
  readonly slices: readonly string[];
  readonly #contentOf: RowOptions['contentOf'];

  constructor(found: LabelledRecord, index: number, label: number, contentOf: RowOptions['contentOf']) {
    this.index = index;
    this.file = found.file;
    this.line = found.line;
    this.record = found.record;
    this.label = label;
    this.id = found.id;
    this.slices = found.slices;
    this.#contentOf = contentOf;
  }

  get hash(): string {
    try {
      return hash('sha256', this.#contentOf(this.record)).slice(0, 32);
    } catch (error) {
      throw rowError(this, error);
    }
  }
}
