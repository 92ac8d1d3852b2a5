import { BatchlineError, messageOf } from '../errors.ts';
import { PingError } from './containers/ready.ts';
import type { ServerUsage } from './containers/server-usage.ts';
import { captureData } from './data-capture.ts';
import { type Fingerprint, fingerprint } from './fingerprint.ts';
import { type Instance, startInstance } from './instance.ts';
import { retryPolicy } from './invoking/retry.ts';
import {
  type FailureKind,
  type InputObject,
  type JobCounters,
  type JobResult,
  newCounters,
  type ObjectResult,
  type TransformJob,
} from './job.ts';
import { Outage } from './objects/outage.ts';
import { transformObject } from './objects/transform-object.ts';
import { isSharded } from './objects/transform-shards.ts';
import { compileProcessing } from './processing/compile-processing.ts';
import { resumable } from './resume.ts';
import { selectObjects } from './select/select-objects.ts';
import type { PreparedRun, PrepareTransformRun, TransformRunOptions } from './transform-run.ts';

/** Finds the objects of a job, and gives what runs it. */
export const prepareTransformRun: PrepareTransformRun = async (options, signal): Promise<PreparedRun> => {
  const { startTime, ...prepared } = await prepareJob(options, signal);
  const { inputs } = prepared;
  const counters = newCounters();
  return {
    inputs,
    objects: inputs.length,
    bytes: inputs.reduce((sum, { object }) => sum + object.bytes, 0),
    counters,
    run: async (stop) => {
      const result = await runJob({ ...prepared, counters, options }, stop);
      await captureData(result, { inputs, startTime, options }, stop);
      return result;
    },
  };
};

/** The objects of a job, and what they have in common. */
export async function prepareJob(
  options: TransformRunOptions,
  signal: AbortSignal,
): Promise<Pick<Prepared, 'inputs' | 'job' | 'made'> & { readonly startTime: Date }> {
  const inputs = await selectObjects(options, signal);
  const made = await fingerprint(options, signal);
  const startTime = new Date();
  return { inputs, job: jobOf(options, made, startTime), made, startTime };
}

interface Prepared {
  readonly inputs: readonly InputObject[];
  readonly job: TransformJob;
  readonly made: Fingerprint;
  readonly counters: JobCounters;
  readonly options: TransformRunOptions;
}

const defaultTimeoutSeconds = 600;
const defaultRetries = 3;

/** @throws BatchlineError for a filter that cannot be compiled */
function jobOf(
  { request, assumptions, shardBytes = Infinity }: TransformRunOptions,
  made: Fingerprint,
  startTime: Date,
): TransformJob {
  const { TransformInput: input, TransformOutput: output, ModelClientConfig: client, DataProcessing } = request;
  const withIds = request.DataCaptureConfig?.GenerateInferenceId === true;
  const inferenceIds = withIds ? { time: `${startTime.toISOString().slice(0, 19)}Z` } : undefined;
  const form = {
    splitType: input.SplitType ?? 'None',
    assembleWith: output.AssembleWith ?? 'None',
    contentType: input.ContentType,
    accept: output.Accept,
    assumptions,
  };
  return {
    ...form,
    gzip: input.CompressionType === 'Gzip',
    processing: compileProcessing(DataProcessing ?? {}, { ...form, inferenceIds }),
    timeoutMs: (client?.InvocationsTimeoutInSeconds ?? defaultTimeoutSeconds) * 1000,
    retries: retryPolicy(client?.InvocationsMaxRetries ?? defaultRetries, assumptions),
    shardBytes,
    metadataOf: ({ object }) => ({
      input: object.etag,
      bytes: String(object.bytes),
      model: made.model,
      settings: made.settings,
    }),
  };
}

/** Objects that fail do not stop the others. */
async function runJob(prepared: Prepared, stop: AbortSignal): Promise<JobResult> {
  const { inputs, job, made, counters, options } = prepared;
  const instances: Instance[] = [];
  const results = new Map<InputObject, ObjectResult>();
  let unstarted: unknown;
  const usages: ServerUsage[] = [];
  let seconds = 0;
  try {
    const left = options.resume ? await resumable(inputs, { job, counters, options, results }, stop) : inputs;
    const count = Math.min(options.request.TransformResources.InstanceCount, unitsOf(left, job));
    for (const started of await startAll(count, { ...options, job }, stop)) {
      if (started.status === 'fulfilled') instances.push(started.value);
      else unstarted = started.reason;
    }
    const start = performance.now();
    if (unstarted === undefined) await transformAll(left, instances, { prepared, results, signal: stop });
    seconds = (performance.now() - start) / 1000;
    for (const usage of await Promise.all(instances.map((instance) => instance.usage()))) usages.push(...usage);
  } catch (error) {
    unstarted = error;
  } finally {
    await Promise.all(instances.map((instance) => instance.stop()));
  }
  const objects = inputs.map((input) => results.get(input) ?? unscored(input, unstarted, stop));
  const status = statusOf(objects, stop);
  const settings = instances[0]?.settings;
  return {
    status,
    ...(status === 'Failed' ? { failureReason: failureReason(objects, unstarted) } : {}),
    objects,
    seconds,
    miniBatches: counters.miniBatches,
    retries: counters.retries,
    ...(settings ? { settings } : {}),
    ...(usages.length > 0 ? { serverUsage: total(usages) } : {}),
    fingerprint: made,
  };
}

/** As soon as one cannot be started, the others are not waited for. */
async function startAll(
  count: number,
  options: Parameters<typeof startInstance>[1],
  stop: AbortSignal,
): Promise<PromiseSettledResult<Instance>[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const starting = Array.from({ length: count }, (_, number) => startInstance(number, options, signal));
  for (const start of starting) start.catch((error) => failed.abort(error));
  return await Promise.allSettled(starting);
}

/** How many instances can have work: objects, or shards of them. */
function unitsOf(inputs: readonly InputObject[], job: TransformJob): number {
  const units = (input: InputObject): number =>
    isSharded(input, job) ? Math.ceil(input.object.bytes / job.shardBytes) : 1;
  return inputs.reduce((sum, input) => sum + units(input), 0);
}

/** Objects go round the instances in the order of their keys; within one, as many at a time as it takes requests. */
async function transformAll(
  inputs: readonly InputObject[],
  instances: readonly Instance[],
  { prepared, results, signal }: { prepared: Prepared; results: Map<InputObject, ObjectResult>; signal: AbortSignal },
): Promise<void> {
  const { job, counters, options } = prepared;
  const observer = options.observer ?? {};
  const run = {
    job,
    counters,
    observer,
    instances,
    signal,
    onErrors: inTurn(options.onErrors ?? (async () => undefined)),
  };
  const outage = new Outage();
  const lanes = instances.flatMap((home) => {
    const queue = inputs.filter((_, index) => index % instances.length === home.number).values();
    return Array.from({ length: home.settings.maxConcurrentTransforms }, async () => {
      for (const input of queue) {
        const result = outage.resultOf(input) ?? outage.noted(await transformObject(input, home, run));
        results.set(input, result);
        counters.objects += 1;
        observer.onObject?.(result);
      }
    });
  });
  await Promise.all(lanes);
}

/** Objects end side by side; errors.jsonl takes one at a time. */
function inTurn<T>(take: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (value) => {
    const taken = last.then(() => take(value));
    last = taken.catch(() => undefined);
    return taken;
  };
}

function unscored({ name, object }: InputObject, error: unknown, stop: AbortSignal): ObjectResult {
  const result = { key: name, inputBytes: object.bytes, outputBytes: 0, outputLines: 0 };
  if (isInterrupted(stop)) return { ...result, status: 'Stopped' };
  const kind = error instanceof BatchlineError ? 'AlgorithmError' : 'InternalServerError';
  return { ...result, status: 'Failed', reason: messageOf(error), kind };
}

/** Stopped by somebody, and not because something has failed. */
function isInterrupted(stop: AbortSignal): boolean {
  return stop.aborted && !(stop.reason instanceof BatchlineError);
}

function statusOf(objects: readonly ObjectResult[], stop: AbortSignal): JobResult['status'] {
  if (isInterrupted(stop)) return 'Stopped';
  if (objects.some(({ status }) => status === 'Failed')) return 'Failed';
  return objects.some(({ status }) => status === 'Stopped') ? 'Stopped' : 'Completed';
}

const longestReason = 1024;

/** The service's words first, for programs that look for them; then what it keeps to its logs. */
function failureReason(objects: readonly ObjectResult[], unstarted: unknown): string {
  const failed = objects.filter(({ status }) => status === 'Failed');
  const [first] = failed;
  const kind: FailureKind = first?.kind ?? 'InternalServerError';
  if (unstarted instanceof PingError)
    return `${unstarted.failureReason} (${unstarted.message})`.slice(0, longestReason);
  if (unstarted !== undefined) return `${kind}: ${messageOf(unstarted)}`.slice(0, longestReason);
  const others = failed.length - 1;
  const more = others > 0 ? ` (and ${others} other ${others === 1 ? 'object' : 'objects'})` : '';
  return `${kind}: See job logs for more information. ${first?.key}: ${first?.reason}${more}`.slice(0, longestReason);
}

/** The servers run side by side, so the peak of the largest says what one instance needs. */
function total(usages: readonly ServerUsage[]): ServerUsage {
  return {
    peakBytes: Math.max(...usages.map(({ peakBytes }) => peakBytes)),
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
