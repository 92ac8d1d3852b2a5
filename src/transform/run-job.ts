import { Semaphore } from '../scoring/semaphore.ts';
import { Invoker } from './invoke.ts';
import type { JobCounters, JobResult, ObjectResult, TransformJob } from './job.ts';
import { type Run, transformObject } from './transform-object.ts';

/** Replies that wait for an earlier one, and mini-batches that wait for a connection, in all. */
const spare = 2;

/**
 * Runs a job against a container that is ready. An object that fails does not stop the others.
 * @param signal its reason, where it is a BatchlineError, is why the rest failed; otherwise the job counts as stopped
 */
export async function runJob(
  job: TransformJob,
  { counters, signal }: { counters: JobCounters; signal: AbortSignal },
): Promise<JobResult> {
  const { maxConcurrentTransforms: concurrency } = job.settings;
  const invoker = new Invoker({
    url: new URL('invocations', job.url),
    accept: job.accept,
    connections: concurrency,
    timeoutMs: job.timeoutMs,
  });
  const slots = new Semaphore(concurrency);
  const window = new Semaphore(concurrency + spare);
  const start = performance.now();
  try {
    const objects = await transformAll({ job, invoker, slots, window, counters, signal });
    const seconds = (performance.now() - start) / 1000;
    const { miniBatches, retries } = counters;
    return { status: statusOf(objects), objects, seconds, miniBatches, retries };
  } finally {
    invoker.close();
  }
}

/** Several objects at a time, so that many small ones keep all connections busy, begun in the order of their keys. */
async function transformAll(run: Run): Promise<ObjectResult[]> {
  const { objects, settings } = run.job;
  const results: ObjectResult[] = [];
  const queue = objects.entries();
  const lane = async (): Promise<void> => {
    for (const [index, object] of queue) {
      results[index] = await transformObject(object, run);
      run.counters.objects += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.maxConcurrentTransforms, objects.length) }, lane));
  return results;
}

function statusOf(objects: readonly ObjectResult[]): JobResult['status'] {
  if (objects.some(({ status }) => status === 'Failed')) return 'Failed';
  return objects.some(({ status }) => status === 'Stopped') ? 'Stopped' : 'Completed';
}
