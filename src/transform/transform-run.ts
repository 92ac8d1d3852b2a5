import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { Assumptions } from './assumptions.ts';
import type { ContainerSpec, StartContainer } from './containers/running-container.ts';
import type { InputObject, JobCounters, JobResult } from './job.ts';
import type { JobObserver } from './observer.ts';

/** One container of a model: most models have one, an inference pipeline up to 15, each fed with the reply before it. */
export interface PipelineContainer {
  /** ContainerHostname, or `container-1`…: the name of its log stream. */
  readonly name: string;
  readonly spec: ContainerSpec;
  /** CreateModel's Environment of it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface TransformRunOptions {
  /** Validated. */
  readonly request: CreateTransformJobRequest;
  readonly pipeline: readonly PipelineContainer[];
  readonly assumptions: Assumptions;
  readonly startContainer: StartContainer;
  readonly openStore: OpenStore;
  readonly observer?: JobObserver;
  /** Told what a user should know and nobody asked for. */
  readonly onNote: (note: string) => void;
  /** Whether to leave out objects whose output is there already and was made by the same job. */
  readonly resume?: boolean;
  /** Told, object by object, what errors.jsonl shall hold: JSON lines. */
  readonly onErrors?: (entries: AsyncIterable<Buffer>) => Promise<void>;
  /** Cut larger objects into ranges of about this many bytes, scored side by side; by default objects are whole. */
  readonly shardBytes?: number;
}

/** A job whose objects have been found. Nothing has been started. */
export interface PreparedRun {
  readonly objects: number;
  readonly bytes: number;
  /** What will be scored; --dry-run shows it. */
  readonly inputs: readonly InputObject[];
  /** Changes while it runs. */
  readonly counters: JobCounters;
  /**
   * Starts the containers, scores and stops them.
   * @returns also for a job that failed or was stopped: status and failureReason say so
   */
  run(signal: AbortSignal): Promise<JobResult>;
}

/**
 * Finds the objects of a job.
 * @throws BatchlineError INVALID_INPUT with AWS's message if there are none, or a manifest cannot be read
 */
export type PrepareTransformRun = (options: TransformRunOptions, signal: AbortSignal) => Promise<PreparedRun>;
