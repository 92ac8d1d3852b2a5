import { BatchlineError, messageOf } from '../../errors.ts';
import type { JsonPath } from '../../records/json-path.ts';
import { compileSinglePath } from '../../records/json-path.ts';

export type DataFormat = 'jsonl' | 'csv' | 'tsv';
export type LabelValue = string | number | boolean;

/** Which rows there are to learn from, and what is their label. */
export interface DataSettings {
  /**
   * Paths, `file://` or `s3://` URIs of files, or of folders for all data files below them. `.jsonl` and `.ndjson` hold
   * one JSON value a line, `.json` either that or an array, `.csv` and `.tsv` a header and rows; each may end in `.gz`.
   */
  readonly files: readonly string[];
  /** What the files hold, whatever their names. CSV is RFC 4180; TSV has no quoting: a lone `"` is text. */
  readonly format?: DataFormat | undefined;
  /** Where a record's label is: `$.label`, or a bare key. Needed without a label file. */
  readonly label?: string | undefined;
  /** The classes in order; the last of two is the positive one. By default those that occur, sorted. */
  readonly labels?: readonly LabelValue[] | undefined;
  /** Where a record's id is. Needed with a label file. */
  readonly id?: string | undefined;
  /** Paths of values that are kept for evaluation by slice. */
  readonly slices?: readonly string[] | undefined;
  readonly labelFile?: LabelFileSettings | undefined;
}

/**
 * Labels in a file of their own, joined to the records by id. Records without a label are left out, and the rows come
 * in the order of the label file.
 */
export interface LabelFileSettings {
  /** A path or URI of one JSONL, CSV or TSV file. */
  readonly path: string;
  readonly format?: DataFormat | undefined;
  /** Where the id is in the label file. */
  readonly key: string;
  readonly label: string;
  /** Only labels whose fields have the value, or one of the values: `{ sure: 'y' }`. */
  readonly where?: Readonly<Record<string, LabelValue | readonly LabelValue[]>> | undefined;
  /** Fields of the label file that are slices, behind those of the records. */
  readonly slices?: readonly string[] | undefined;
}

/** The names of what stands in a row's `slices`, in order. */
export function sliceNames({ slices = [], labelFile }: DataSettings): string[] {
  return [...slices, ...(labelFile?.slices ?? [])];
}

/** A path of the settings, made ready. @throws BatchlineError INVALID_INPUT that names the setting */
export function fieldPath(setting: string, path: string): JsonPath {
  try {
    return compileSinglePath(path);
  } catch (error) {
    throw new BatchlineError('INVALID_INPUT', `data.${setting}: ${messageOf(error)}`, { cause: error });
  }
}
