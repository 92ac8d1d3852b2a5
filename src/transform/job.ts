import type { RetryPolicy } from './retry.ts';
import type { InputObject } from './select-objects.ts';
import type { BatchSettings } from './settings.ts';

/** A transform job that is ready to run: what CreateTransformJob says, with files for objects. */
export interface TransformJob {
  readonly objects: readonly InputObject[];
  /** Of the container, ending in a slash. */
  readonly url: URL;
  readonly splitType: 'Line' | 'None';
  readonly settings: BatchSettings;
  /** For every object; by the object's extension if undefined. */
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** InvocationsTimeoutInSeconds, in milliseconds. */
  readonly timeoutMs: number;
  readonly retries: RetryPolicy;
}

export interface ObjectResult {
  readonly key: string;
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  /** Why it failed. */
  readonly reason?: string;
  readonly inputBytes: number;
  /** Where its output is; a failed object has none. */
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
  readonly seconds: number;
  readonly miniBatches: number;
  readonly retries: number;
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
