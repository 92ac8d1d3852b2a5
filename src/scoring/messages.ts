import type { RecordErrorCode, SetupErrorCode } from '../errors.ts';
import type { OpenModel } from '../models/model-format.ts';
import type { OutputKey } from '../models/prediction.ts';
import type { FramingKind } from '../records/framing.ts';
import type { Control } from './control.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly model: OpenModel;
  /** The most records of one model call. */
  readonly subBatch: number;
  readonly maxRecordBytes: number;
}

/** How records of one request are written. */
export interface LineFormat {
  readonly encoding: 'json' | 'csv';
  /** What follows each record: a newline, or the comma of a JSON array. */
  readonly separator: '\n' | ',';
  readonly keys: readonly OutputKey[] | 'json';
  /** Whether lines begin with the record's id: not where records come as CSV rows, which have none. */
  readonly withId: boolean;
}

/** A record that must not be scored again, because it hung or killed a worker when it was alone. */
export interface DeadRecord {
  /** Its first byte in the block. */
  readonly start: number;
  readonly code: RecordErrorCode;
  readonly message: string;
}

/** One block for one worker. Its bytes are shared, not transferred, so that they survive the worker. */
export interface BlockTask {
  readonly bytes: SharedArrayBuffer;
  readonly start: number;
  readonly end: number;
  readonly framing: FramingKind;
  readonly format: LineFormat;
  readonly control: Control;
  /** Leading records that are no records: a CSV header. */
  readonly skip: number;
  /** Byte ranges whose records are scored one by one, each a sub-batch that hung or killed a worker. */
  readonly singly: readonly { start: number; end: number }[];
  readonly dead: readonly DeadRecord[];
}

/** One error line: `index` counts from 0 in the block. */
export interface ErrorAt {
  readonly index: number;
  readonly code: RecordErrorCode;
  readonly message: string;
}

/** What a worker makes of a block. */
export interface ScoredBlock {
  /** The lines, each with its separator; error lines lack their record number, see `numberErrors`. */
  readonly output: Uint8Array;
  readonly records: number;
  readonly errorCounts: Readonly<Partial<Record<RecordErrorCode, number>>>;
  /** For each error line: the record's index in the block, and the byte of `output` where its number belongs. */
  readonly errorIndexes: readonly number[];
  readonly errorOffsets: readonly number[];
  /** The first ten. */
  readonly firstErrors: readonly ErrorAt[];
}

/** The whole of what crosses back: an error's name, code and status do not survive the way between threads. */
export type WorkerReply =
  | { readonly kind: 'scored'; readonly block: ScoredBlock }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly code: SetupErrorCode; readonly message: string };
