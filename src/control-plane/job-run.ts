import { join } from 'node:path';
import { BatchlineError, messageOf } from '../errors.ts';
import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import { fileUri, isUri } from '../storage/open-store.ts';
import type { Assumptions } from '../transform/assumptions.ts';
import type { JobResult } from '../transform/job.ts';
import type { JobObserver } from '../transform/observer.ts';
import type {
  PipelineContainer,
  PreparedRun,
  PrepareTransformRun,
  TransformRunOptions,
} from '../transform/transform-run.ts';
import { validationException } from './api-error.ts';
import { type JobListener, listenToJob } from './job-listener.ts';
import type { LogStreams } from './state/log-streams.ts';
import type { JobProgress } from './state/stored.ts';

export interface JobRunOptions extends Pick<TransformRunOptions, 'startContainer' | 'openStore'> {
  readonly prepare: PrepareTransformRun;
  readonly assumptions: Assumptions;
  readonly logs: LogStreams;
  /** Each job's report is in a folder of its name in it. */
  readonly reports: string;
  /** By default jobs have no report. */
  readonly openReport?: OpenReport | undefined;
}

/** Begins the report of a job, to be written as `report.html` into a folder. */
export type OpenReport = (options: TransformRunOptions, folder: string) => Promise<JobReport>;

export interface JobReport {
  readonly listeners: Pick<TransformRunOptions, 'onErrors' | 'observer'>;
  close(result: JobResult, prepared: PreparedRun): Promise<unknown>;
}

/** How a run ended. */
export type Ending = Pick<JobResult, 'status' | 'failureReason'>;

export interface JobRun {
  progress(): JobProgress;
  /** Never rejects: what breaks down has failed. */
  run(signal: AbortSignal): Promise<Ending>;
  /** Writes the report of a run that has ended. Never rejects. */
  report(): Promise<void>;
}

interface Wanted {
  readonly request: CreateTransformJobRequest;
  readonly pipeline: readonly PipelineContainer[];
  /** Milliseconds since 1970. */
  readonly creationTime: number;
}

/**
 * Finds a job's objects; nothing is started.
 * @throws ApiError ValidationException if there are none
 */
export async function prepareJobRun(wanted: Wanted, options: JobRunOptions, signal: AbortSignal): Promise<JobRun> {
  const { request, pipeline, creationTime } = wanted;
  const { prepare, assumptions, startContainer, openStore } = options;
  const name = request.TransformJobName;
  const listener = listenToJob(options.logs, name, creationTime, pipeline.length > 1);
  const run = { request, pipeline, assumptions, startContainer, openStore, onNote: listener.note, observer: listener };
  const report = await options.openReport?.(run, join(options.reports, name));
  const listeners = report ? { ...report.listeners, observer: both(listener, report.listeners.observer) } : {};
  const prepared = await prepare({ ...run, ...listeners }, signal).catch(refuse);
  let result: JobResult | undefined;
  return {
    progress: () => progressOf(prepared, listener),
    async run(stop) {
      try {
        result = await prepared.run(stop);
        if (result.status === 'Stopped') await discardOutputs(result, openStore);
        return result;
      } catch (error) {
        listener.note(messageOf(error));
        return { status: 'Failed', failureReason: `InternalServerError: ${messageOf(error)}` };
      }
    },
    async report() {
      if (!result) return;
      await report?.close(result, prepared).catch((error) => listener.note(`no report: ${messageOf(error)}`));
    },
  };
}

/** "When you stop a transform job, SageMaker doesn't store the job's output in Amazon S3." (API reference, StopTransformJob) */
async function discardOutputs({ objects }: JobResult, openStore: TransformRunOptions['openStore']): Promise<void> {
  for (const { status, output } of objects) {
    if (status !== 'Completed' || output === undefined) continue;
    const { store, key } = openStore(isUri(output) ? output : fileUri(output));
    await store.remove(key, new AbortController().signal);
  }
}

/** Whatever keeps a job from being prepared, from a missing bucket to a wrong manifest, is the request's fault. */
function refuse(error: unknown): never {
  throw error instanceof BatchlineError ? validationException(error.message) : error;
}

function both(one: JobObserver, other: JobObserver = {}): JobObserver {
  return {
    onMiniBatch(miniBatch) {
      one.onMiniBatch?.(miniBatch);
      other.onMiniBatch?.(miniBatch);
    },
    onErrorLines(entries) {
      one.onErrorLines?.(entries);
      other.onErrorLines?.(entries);
    },
    onRetry(object, why) {
      one.onRetry?.(object, why);
      other.onRetry?.(object, why);
    },
    onObject(result) {
      one.onObject?.(result);
      other.onObject?.(result);
    },
    onDataLog(instance, line) {
      one.onDataLog?.(instance, line);
      other.onDataLog?.(instance, line);
    },
    onContainerLog(instance, container, line) {
      one.onContainerLog?.(instance, container, line);
      other.onContainerLog?.(instance, container, line);
    },
  };
}

function progressOf({ objects, bytes, counters }: PreparedRun, listener: JobListener): JobProgress {
  return {
    objects,
    bytes,
    objectsDone: counters.objects,
    bytesDone: counters.bytes,
    miniBatches: counters.miniBatches,
    retries: counters.retries,
    ...listener.counted(),
  };
}
