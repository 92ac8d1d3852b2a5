import type { Metadata, ObjectStore, StoredObject } from '../storage/object-store.ts';
import type { Assumptions } from './assumptions.ts';
import type { ServerUsage } from './containers/server-usage.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { RetryPolicy } from './invoking/retry.ts';
import type { Processing } from './processing/processing.ts';
import type { ChosenSettings } from './settings.ts';

/** What the objects of a job have in common. */
export interface TransformJob {
  readonly splitType: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  readonly assembleWith: 'None' | 'Line';
  readonly gzip: boolean;
  readonly processing: Processing | undefined;
  /** For every object; by the object's extension if undefined. */
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** InvocationsTimeoutInSeconds, in milliseconds. */
  readonly timeoutMs: number;
  readonly retries: RetryPolicy;
  readonly assumptions: Assumptions;
  /** Objects larger than this are cut into shards of about as many bytes; Infinity: never. */
  readonly shardBytes: number;
  /** Kept with each output, so that --resume knows what made it. */
  readonly metadataOf: (input: InputObject) => Metadata;
}

/** An object to score, and where its output goes. */
export interface InputObject {
  /** What it is called everywhere: of S3 `bucket/key`, of files the path below the input, with slashes. */
  readonly name: string;
  readonly store: ObjectStore;
  readonly object: StoredObject;
  readonly output: { readonly store: ObjectStore; readonly key: string };
}

/** The first word of a FailureReason: whose fault it is in the service's eyes. */
export type FailureKind = 'ClientError' | 'AlgorithmError' | 'InternalServerError';

export interface ObjectResult {
  readonly key: string;
  /** Resumed: its output was there already. */
  readonly status: 'Completed' | 'Failed' | 'Stopped' | 'Resumed';
  /** Why it failed, and whose fault that is. */
  readonly reason?: string;
  readonly kind?: FailureKind;
  /** Whether the store or the container did not answer, after all retries. */
  readonly unreachable?: boolean;
  readonly inputBytes: number;
  /** Where its output is: a path or an s3:// URI; a failed object has none. */
  readonly output?: string;
  readonly outputBytes: number;
  readonly outputLines: number;
  /** What the server says it scored; undefined if any reply did not say. */
  readonly records?: number;
  readonly errorRecords?: number;
}

export interface JobResult {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  /** Of a failed job, in the service's words: "ClientError: See job logs for more information". */
  readonly failureReason?: string;
  readonly objects: readonly ObjectResult[];
  /** Since the containers were ready. */
  readonly seconds: number;
  readonly miniBatches: number;
  readonly retries: number;
  /** Undefined if no container became ready. */
  readonly settings?: ChosenSettings;
  /** Of servers of ours: the largest peak of memory, and the CPU time of all. */
  readonly serverUsage?: ServerUsage;
  /** Hashes of what made the outputs. */
  readonly fingerprint: Fingerprint;
}

/** How far a job has come; read by whoever shows it. */
export interface JobCounters {
  objects: number;
  /** Input bytes whose replies have come, or that have been sent where the object is one stream. */
  bytes: number;
  miniBatches: number;
  retries: number;
}

export function newCounters(): JobCounters {
  return { objects: 0, bytes: 0, miniBatches: 0, retries: 0 };
}
