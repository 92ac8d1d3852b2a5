import { BatchlineError, messageOf } from '../../errors.ts';
import { InvocationError } from '../invoking/invocation-error.ts';
import type { FailureKind, InputObject, TransformJob } from '../job.ts';
import { ProcessingError } from '../processing/processing-error.ts';
import { TooLargeError } from '../splitting/mini-batch.ts';
import { lineAt } from './lines-of.ts';
import { readInput } from './read-input.ts';
import { MiniBatchError } from './transform-range.ts';

/** Why an object failed: for people, for the job's FailureReason, and for the data log. */
export interface Failure {
  readonly reason: string;
  readonly kind: FailureKind;
  readonly dataLog: readonly string[];
  /** Whether the store or the container did not answer. */
  readonly unreachable: boolean;
}

/** Adds the line: nobody counts lines on the way, so the object is read again for it. */
export async function explain(error: unknown, input: InputObject, job: TransformJob): Promise<Failure> {
  const reason = await reasonOf(error, input, job);
  const cause = error instanceof MiniBatchError ? error.cause : error;
  const kind = cause instanceof InvocationError ? cause.kind : kindOf(cause);
  const dataLog = cause instanceof InvocationError ? cause.dataLog : [`${kind}: ${reason}`];
  const lines = dataLog.map((line) => `[sagemaker logs]: ${input.name}: ${line}`);
  return { reason, kind, dataLog: lines, unreachable: isUnreachable(cause) };
}

/** What is wrong with the input or what was asked of it is the client's; an outage or a defect is not. */
function kindOf(error: unknown): FailureKind {
  return error instanceof BatchlineError && !error.retryable ? 'ClientError' : 'InternalServerError';
}

function isUnreachable(error: unknown): boolean {
  if (error instanceof InvocationError) return error.failure === 'connection';
  return error instanceof BatchlineError && error.retryable;
}

async function reasonOf(error: unknown, input: InputObject, job: TransformJob): Promise<string> {
  if (error instanceof TooLargeError) {
    return `the record at ${await place(error.offset, input, job)} has ${error.message}`;
  }
  if (!(error instanceof MiniBatchError)) return messageOf(error);
  if (error.cause instanceof ProcessingError && job.splitType === 'Line') {
    const first = await lineOf(error.offset, input, job);
    if (first !== undefined) return error.cause.behind(first - 1).message;
  }
  if (error.offset === 0) return error.message;
  return `mini-batch from ${await place(error.offset, input, job)}: ${error.message}`;
}

async function place(offset: number, input: InputObject, job: TransformJob): Promise<string> {
  const line = job.splitType === 'Line' ? await lineOf(offset, input, job) : undefined;
  return line === undefined ? `byte ${offset}` : `line ${line}`;
}

/** Undefined if the object cannot be read any more. */
async function lineOf(offset: number, input: InputObject, job: TransformJob): Promise<number | undefined> {
  // The job may have been stopped meanwhile; this must end nevertheless, and soon.
  const signal = AbortSignal.timeout(explainTimeoutMs);
  return await lineAt(readInput(input, job, { signal }), offset).catch(() => undefined);
}

const explainTimeoutMs = 30_000;
