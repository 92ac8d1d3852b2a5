import { messageOf } from '../errors.ts';
import type { CreateTransformJobRequest } from '../sagemaker-api/create-transform-job.ts';
import { Semaphore } from '../scoring/semaphore.ts';
import { ApiError, validationException } from './api-error.ts';
import { type Ending, type JobRun, type JobRunOptions, prepareJobRun } from './job-run.ts';
import { pipelineOf } from './model-pipeline.ts';
import type { Models } from './models.ts';
import { type Account, arnOf } from './resource-names.ts';
import type { Records } from './state/records.ts';
import { isUnderWay, type JobProgress, type JobStatus, type StoredJob } from './state/stored.ts';

export interface TransformJobsOptions extends JobRunOptions {
  readonly records: Records<StoredJob>;
  readonly models: Models;
  readonly account: Account;
  readonly ownImages: readonly string[];
  /** How many jobs run at once; others wait, InProgress. */
  readonly concurrentJobs: number;
  /** Told what nobody else can be told. */
  readonly onNote: (note: string) => void;
}

/** What has been started of a job: how to stop it, and how far it is. */
interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  progress(): JobProgress;
}

const mostReason = 1024;
const stoppedWithUs = 'InternalServerError: batchline local was stopped while the job was under way. Run it again.';

/** The transform jobs: what is kept of them, and those that run. Refusals are in the service's words. */
export class TransformJobs {
  readonly #options: TransformJobsOptions;
  readonly #running = new Map<string, Running>();
  /** Names that are taken by requests which still look for their objects. */
  readonly #creating = new Set<string>();
  readonly #places: Semaphore;
  readonly #closing = new AbortController();

  /** Jobs that were under way when the process before ended have failed. */
  constructor(options: TransformJobsOptions) {
    this.#options = options;
    this.#places = new Semaphore(options.concurrentJobs);
    for (const job of options.records.all().filter(isUnderWay)) this.#end(job, 'Failed', stoppedWithUs);
  }

  /**
   * Finds the job's objects and puts it in the queue.
   * @throws ApiError for a name that is taken, an unknown model, no objects
   */
  async create(request: CreateTransformJobRequest): Promise<StoredJob> {
    const { records, models, ownImages } = this.#options;
    const name = request.TransformJobName;
    if (records.get(name) || this.#creating.has(name.toLowerCase())) throw this.#nameTaken(name);
    const pipeline = pipelineOf(models.get(request.ModelName).request, ownImages);
    this.#creating.add(name.toLowerCase());
    try {
      const creationTime = Date.now();
      const wanted = { request, pipeline, creationTime };
      const run = await prepareJobRun(wanted, this.#options, this.#closing.signal);
      const times = { creationTime, lastModifiedTime: creationTime };
      records.set(name, { request, status: 'InProgress', ...times, progress: run.progress() });
      const stop = new AbortController();
      this.#running.set(name.toLowerCase(), { stop, progress: run.progress, ended: this.#run(name, run, stop.signal) });
    } finally {
      this.#creating.delete(name.toLowerCase());
    }
    return this.get(name);
  }

  /** As it is now. @throws ApiError ValidationException if there is none */
  get(name: string): StoredJob {
    const job = this.#options.records.get(name);
    if (!job) throw validationException(`Could not find requested job with name: ${name}`);
    return this.#withProgress(job);
  }

  all(): readonly StoredJob[] {
    return this.#options.records.all().map((job) => this.#withProgress(job));
  }

  /** @throws ApiError ValidationException if there is none, or it has ended */
  stop(name: string): void {
    const job = this.get(name);
    if (!isUnderWay(job)) {
      throw validationException(`The request was rejected because the transform job is in status ${job.status}.`);
    }
    if (job.status === 'InProgress') this.#change(job, { status: 'Stopping' });
    this.#running.get(name.toLowerCase())?.stop.abort(new Error('stopped by StopTransformJob'));
  }

  /** Changes what was asked for, which is where tags are. */
  replaceRequest(request: CreateTransformJobRequest): void {
    this.#change(this.get(request.TransformJobName), { request });
  }

  /** Stops what is under way, which thereby fails. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('batchline local is stopping'));
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort(this.#closing.signal.reason);
    await Promise.all(running.map(({ ended }) => ended));
  }

  /** From the queue to the end. Never rejects. */
  async #run(name: string, run: JobRun, signal: AbortSignal): Promise<void> {
    const { status, failureReason } = await this.#ending(name, run, signal);
    const cut = this.#closing.signal.aborted && status === 'Stopped';
    try {
      this.#end(this.get(name), cut ? 'Failed' : status, cut ? stoppedWithUs : failureReason);
    } catch (error) {
      this.#options.onNote(messageOf(error));
    }
    await run.report();
    this.#running.delete(name.toLowerCase());
  }

  async #ending(name: string, run: JobRun, signal: AbortSignal): Promise<Ending> {
    try {
      await this.#places.acquire(signal);
    } catch {
      return { status: 'Stopped' };
    }
    try {
      this.#change(this.get(name), { startTime: Date.now() });
      return await run.run(signal);
    } catch (error) {
      return { status: 'Failed', failureReason: `InternalServerError: ${messageOf(error)}` };
    } finally {
      this.#places.release();
    }
  }

  #end(job: StoredJob, status: JobStatus, reason: string | undefined): void {
    const failureReason = status === 'Failed' ? (reason ?? 'InternalServerError').slice(0, mostReason) : undefined;
    this.#change(job, { status, endTime: Date.now(), ...(failureReason === undefined ? {} : { failureReason }) });
  }

  #change(job: StoredJob, changes: Partial<StoredJob>): void {
    this.#options.records.set(job.request.TransformJobName, { ...job, ...changes, lastModifiedTime: Date.now() });
  }

  #withProgress(job: StoredJob): StoredJob {
    const running = this.#running.get(job.request.TransformJobName.toLowerCase());
    return running ? { ...job, progress: running.progress() } : job;
  }

  #nameTaken(name: string): ApiError {
    const arn = arnOf(this.#options.account, 'transform-job', name);
    return new ApiError(
      'ResourceInUse',
      `Transform job names must be unique within an AWS account and region, and a transform job with this name already exists (${arn})`,
    );
  }
}
