import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { awsCode } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { ObjectCounter } from './count-objects.ts';
import { type DescribedJob, describeJob, hasEnded } from './describe-job.ts';
import { type CostOf, costSoFar, duration, progressEvent, secondsOf } from './progress.ts';
import { JobLogs } from './watch-logs.ts';

export { stopJob } from './stop-job.ts';

export interface WatchOptions extends Step {
  /** TransformJobName. */
  readonly name: string;
  /** Between two looks; 10 s by default, the first few sooner. */
  readonly pollMs?: number;
  /** Whether new lines of the logs are told (event `log`). */
  readonly logs: boolean;
  /** Dollars so far, where the price is known. */
  readonly costOf?: CostOf;
  /** How long the service may be out of reach, or throttle, before watching is given up; 15 min by default. */
  readonly outageMs?: number;
}

/** A job that has ended. */
export interface EndedJob {
  readonly name: string;
  readonly arn: string;
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
  /** As Describe answers it, in the shape of the request. */
  readonly request: CreateTransformJobRequest;
  readonly creationTime: Date;
  /** Undefined of a job whose instances never started; it is not billed. */
  readonly startTime?: Date;
  readonly endTime?: Date;
  /**
   * What batchline's own container logged of the requests that it answered, those included that the service then sent again: undefined of other containers, where the logs
   * cannot be read to their end, and with BATCHLINE_LOG_LEVEL above info.
   */
  readonly counted?: { readonly records: number; readonly errors: number; readonly requests: number };
}

/** Most jobs of a test are over in seconds, most others last minutes. */
const firstPausesMs = [500, 1000, 2000, 3000, 5000];
const laterPauseMs = 10_000;
const defaultOutageMs = 15 * 60_000;

/**
 * Looks at a job until it has ended, and tells `progress`, `log`, `note` and at last `ended`. Aborting the signal leaves the
 * job running and rejects with the signal's reason.
 * @throws BatchlineError INVALID_INPUT if there is no such job; JOB_FAILED if it cannot be looked at any more, which ends
 *   nothing of the job
 */
export async function watchJob(options: WatchOptions): Promise<EndedJob> {
  const { name, tell, signal, costOf } = options;
  const over = new AbortController();
  const inside = { ...options, signal: AbortSignal.any([signal, over.signal]) };
  let job = await look(options, undefined);
  const objects = new ObjectCounter(job, inside);
  const logs = new JobLogs({ ...inside, job: name, tellLines: options.logs });
  try {
    for (const pauseMs of pauses(options.pollMs)) {
      const isLast = hasEnded(job);
      objects.refresh();
      await (isLast ? Promise.all([logs.finish(lastPauseMs(job, options)), objects.recount()]) : logs.look());
      const done = job.status === 'Completed' ? allDone(objects.counted) : objects.counted;
      tell(progressEvent({ job, objects: done, counted: logs.counted, cost: costSoFar(job, costOf) }));
      if (isLast) break;
      await pause(pauseMs, signal);
      job = await look(options, job);
    }
    return tellEnd(job, logs, options);
  } finally {
    over.abort(new Error('the watch is over'));
    await objects.close();
  }
}

function* pauses(pollMs: number | undefined): Generator<number> {
  if (pollMs === undefined) yield* firstPausesMs;
  for (;;) yield pollMs ?? laterPauseMs;
}

/** Between the looks for late logs: none are to come of a job that somebody attaches to long after its end. */
function lastPauseMs({ endTime = new Date() }: DescribedJob, { pollMs = laterPauseMs }: WatchOptions): number {
  return Date.now() - endTime.getTime() > 60_000 ? 0 : pollMs;
}

function allDone<T extends { readonly objects: number }>(counted: T | undefined) {
  return counted && { ...counted, objectsDone: counted.objects };
}

/** Looks until there is an answer: what passes is outlasted. */
async function look(options: WatchOptions, before: DescribedJob | undefined): Promise<DescribedJob> {
  const { name, tell, signal, pollMs = laterPauseMs, outageMs = defaultOutageMs } = options;
  const start = performance.now();
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await describeJob(name, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BatchlineError)) throw error;
      if (!isPassing(error, before) || performance.now() - start >= outageMs) throw unwatched(error, name, before);
      if (isFirst) tell({ event: 'note', message: `${error.message}; the job goes on, and so does the watching` });
      await pause(pollMs, signal);
    }
  }
}

/** A name that could be resolved a minute ago can be again. */
function isPassing(error: BatchlineError, before: DescribedJob | undefined): boolean {
  return error.retryable || (before !== undefined && awsCode(error) === 'ENOTFOUND');
}

/** Why a job cannot be looked at any more: whoever reads it must not take it for the job's end. */
function unwatched(error: BatchlineError, name: string, before: DescribedJob | undefined): BatchlineError {
  if (error.code === 'INVALID_INPUT') return error;
  const again = `\`batchline launch watch ${name}\``;
  const state = before ? `it was ${before.status} at the last look` : 'whatever its state is';
  const code = awsCode(error) ?? '';
  const message = /Expired|^TokenRefreshRequired/.test(code)
    ? `${name}: the credentials have expired (${code}); the job goes on without them, ${state}. Get new credentials, then ${again} looks at it again`
    : `${error.message}; the job goes on, ${state}: ${again} looks at it again`;
  return new BatchlineError('JOB_FAILED', message, { cause: error.cause, retryable: error.retryable });
}

function tellEnd(job: DescribedJob, logs: JobLogs, { tell, costOf }: WatchOptions): EndedJob {
  const { status, failureReason, ...rest } = job;
  const seconds = secondsOf(job);
  const cost = costSoFar(job, costOf);
  const counted = logs.isComplete ? logs.counted : undefined;
  const reason = failureReason === undefined ? {} : { failureReason };
  tell({
    event: 'ended',
    message: `${job.name} ${status} after ${duration(seconds)}${failureReason === undefined ? '' : `: ${failureReason}`}`,
    details: { name: job.name, status, ...reason, seconds, ...counted, ...(cost === undefined ? {} : { cost }) },
  });
  if (!counted) return { ...rest, ...reason, status: status as EndedJob['status'] };
  const { records, errors, requests } = counted;
  return { ...rest, ...reason, status: status as EndedJob['status'], counted: { records, errors, requests } };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
