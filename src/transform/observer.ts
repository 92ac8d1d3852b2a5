import type { ObjectResult } from './job.ts';
import type { ErrorEntry } from './objects/error-entries.ts';

/** A mini-batch that was answered, in the order of its object. */
export interface AnsweredMiniBatch {
  readonly object: string;
  /** The simulated instance, from 0. */
  readonly instance: number;
  /** Of the object as it was split, in bytes; of a Gzip object, after decompression. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** From sending to the last byte of the reply, retries included. */
  readonly milliseconds: number;
  /** What batchline's own server says it scored; undefined for other containers. */
  readonly records?: number;
  readonly errorRecords?: number;
  /** The reply as it came from the container, before any processing: look at it now, its memory may be used again. */
  readonly reply: readonly Buffer[];
}

/** What is told of a running job; a report, a log or a progress display listens. */
export interface JobObserver {
  onMiniBatch?(miniBatch: AnsweredMiniBatch): void;
  /** Error lines of batchline's own server, of SplitType Line, each once. */
  onErrorLines?(entries: readonly ErrorEntry[]): void;
  onRetry?(object: string, why: string): void;
  onObject?(result: ObjectResult): void;
  /** A line of the service's own log of an instance, as SageMaker writes them to `…/data-log`, without a time. */
  onDataLog?(instance: number, line: string): void;
  /** A line that a container wrote. */
  onContainerLog?(instance: number, container: string, line: string): void;
}
