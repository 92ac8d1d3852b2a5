import { messageOf } from '../errors.ts';
import { Semaphore } from '../scoring/semaphore.ts';
import type { Assumptions } from './assumptions.ts';
import { containerEnvironment } from './containers/environment.ts';
import { fetchExecutionParameters } from './containers/execution-parameters.ts';
import { waitUntilReady } from './containers/ready.ts';
import type { RunningContainer } from './containers/running-container.ts';
import { fetchServerUsage, type ServerUsage } from './containers/server-usage.ts';
import { type Invocable, Invoker } from './invoking/invoke.ts';
import { PipelineInvoker } from './invoking/pipeline-invoker.ts';
import type { TransformJob } from './job.ts';
import { type BatchSettings, type ChosenSettings, checkSettings, chooseSettings } from './settings.ts';
import type { PipelineContainer, TransformRunOptions } from './transform-run.ts';

/** A simulated ML instance: containers of its own, and what bounds the work that they are given. */
export interface Instance {
  /** From 0. */
  readonly number: number;
  readonly invoker: Invocable;
  readonly settings: ChosenSettings;
  readonly maxPayloadBytes: number;
  /** Requests under way: MaxConcurrentTransforms. */
  readonly slots: Semaphore;
  /** Mini-batches in memory, waiting ones and unwritten replies included. */
  readonly window: Semaphore;
  /** Aborts when a container dies. */
  readonly signal: AbortSignal;
  /** Of servers of ours. */
  usage(): Promise<ServerUsage[]>;
  stop(): Promise<void>;
}

/** Replies that wait for an earlier one, and mini-batches that wait for a connection, in all. */
const spare = 2;
/** After Ctrl-C nobody waits for a reply, so a container has nothing worth finishing. */
const interruptedGraceMs = 3000;

/** Starts the containers of an instance and waits until they are ready. @throws BatchlineError JOB_FAILED; the signal's reason */
export async function startInstance(
  number: number,
  options: TransformRunOptions & { readonly job: TransformJob },
  signal: AbortSignal,
): Promise<Instance> {
  const { pipeline, assumptions, job, observer } = options;
  const died = new AbortController();
  const inside = AbortSignal.any([signal, died.signal]);
  const containers: RunningContainer[] = [];
  const stop = async (): Promise<void> => {
    const graceMs = signal.aborted ? interruptedGraceMs : Number(assumptions['stop-seconds']) * 1000;
    await Promise.all(containers.map((container) => container.stop(graceMs)));
  };
  try {
    for (const [position, container] of pipeline.entries()) {
      const started = await start(container, { number, position, options, signal: inside });
      containers.push(started);
      void started.died.then((why) => died.abort(why));
    }
    await Promise.all(containers.map(({ url }) => ready(url, options, inside)));
    const settings = await settingsOf(containers[0] as RunningContainer, options, inside);
    for (const line of firstLines(settings)) observer?.onDataLog?.(number, line);
    const { maxConcurrentTransforms: concurrency, maxPayloadInMB } = settings;
    const invoker = connect(containers, { job, connections: concurrency, pipeline });
    return {
      number,
      invoker,
      settings,
      maxPayloadBytes: maxPayloadInMB === 0 ? Infinity : maxPayloadInMB * megabyte(assumptions),
      slots: new Semaphore(concurrency),
      window: new Semaphore(concurrency + spare),
      signal: died.signal,
      usage: async () =>
        (await Promise.all(containers.map(({ url }) => fetchServerUsage(url)))).filter((usage) => usage !== undefined),
      stop: async () => {
        invoker.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw died.signal.aborted && !signal.aborted ? died.signal.reason : error;
  }
}

async function start(
  container: PipelineContainer,
  {
    number,
    position,
    options,
    signal,
  }: { number: number; position: number; options: TransformRunOptions; signal: AbortSignal },
): Promise<RunningContainer> {
  const { request, assumptions, observer, pipeline } = options;
  const inRow = pipeline.length > 1 ? { position } : {};
  return await options.startContainer({
    spec: container.spec,
    name: `${request.TransformJobName}-${number}-${container.name}`,
    environment: containerEnvironment({ model: container.environment, request, assumptions, ...inRow }),
    signal,
    onLog: (line) => observer?.onContainerLog?.(number, container.name, line),
  });
}

async function ready(url: URL, { assumptions, onNote }: TransformRunOptions, signal: AbortSignal): Promise<void> {
  const seconds = Number(assumptions['ping-seconds']);
  const onWaiting = (why: string): void => onNote(`waiting up to ${seconds} s for ${url}ping: ${why}`);
  await waitUntilReady(url, { signal, deadlineMs: seconds * 1000, onWaiting });
}

/** AWS's precedence; of a pipeline the first container is asked. */
export async function settingsOf(
  { url }: Pick<RunningContainer, 'url'>,
  { request, assumptions, onNote }: Pick<TransformRunOptions, 'request' | 'assumptions' | 'onNote'>,
  signal: AbortSignal,
): Promise<ChosenSettings> {
  const invalid = assumptions['execution-parameters'];
  const container = await fetchExecutionParameters(url, { signal, onNote, invalid });
  const job = settingsIn(request);
  const chosen = chooseSettings(job, container);
  if (Object.keys(container).length === 0) return chosen;
  try {
    checkSettings(chosen);
    return chosen;
  } catch (error) {
    if (invalid === 'fail') throw error;
    onNote(`${url}execution-parameters does not go with the job and is ignored: ${messageOf(error)}`);
    return chooseSettings(job, {});
  }
}

/** What the job itself says; a concurrency of 0 is the API's way to leave it to the container. */
export function settingsIn(request: TransformRunOptions['request']): Partial<BatchSettings> {
  const { BatchStrategy, MaxPayloadInMB, MaxConcurrentTransforms } = request;
  return {
    ...(BatchStrategy === undefined ? {} : { batchStrategy: BatchStrategy }),
    ...(MaxPayloadInMB === undefined ? {} : { maxPayloadInMB: MaxPayloadInMB }),
    ...(MaxConcurrentTransforms ? { maxConcurrentTransforms: MaxConcurrentTransforms } : {}),
  };
}

/** As the data log of a real job begins. */
function firstLines({ maxConcurrentTransforms, maxPayloadInMB, batchStrategy }: BatchSettings): string[] {
  const strategy = batchStrategy === 'MultiRecord' ? 'MULTI_RECORD' : 'SINGLE_RECORD';
  return [
    `[sagemaker logs]: MaxConcurrentTransforms=${maxConcurrentTransforms}, MaxPayloadInMB=${maxPayloadInMB}, BatchStrategy=${strategy}`,
  ];
}

function connect(
  containers: readonly RunningContainer[],
  { job, connections, pipeline }: { job: TransformJob; connections: number; pipeline: readonly PipelineContainer[] },
): Invocable {
  const invokers = containers.map(({ url }, index) => {
    const last = index === containers.length - 1;
    return new Invoker({
      url: new URL('invocations', url),
      accept: last ? job.accept : undefined,
      connections,
      timeoutMs: job.timeoutMs,
      noContent: job.assumptions['no-content'],
      ...(containers.length > 1 ? { name: `the container ${pipeline[index]?.name}` } : {}),
    });
  });
  return invokers.length === 1 ? (invokers[0] as Invoker) : new PipelineInvoker(invokers);
}

function megabyte({ megabyte: unit }: Assumptions): number {
  return unit === 'MiB' ? 1024 * 1024 : 1_000_000;
}
