import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStores } from '../../storage/open-store.ts';
import { parseAssumptions } from '../../transform/assumptions.ts';
import { containerStarter } from '../../transform/containers/start-container.ts';
import type { JobResult } from '../../transform/job.ts';
import { prepareTransformRun } from '../../transform/run-transform-job.ts';
import type { PreparedRun, TransformRunOptions } from '../../transform/transform-run.ts';
import { note, tellFailure } from '../failure.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { showProgress } from '../progress.ts';
import type { Flags } from './flags.ts';
import { pipelineOf } from './pipeline.ts';
import { printPlan, printResult } from './print.ts';
import { openReport } from './report.ts';
import { requestOf } from './request.ts';
import { withTracked } from './tracked.ts';

/** Runs the job of the command line. @returns the exit status: 0 scored, 1 failed, 2 wrong usage or input, 130 or 143 stopped */
export async function runTransform(given: Flags): Promise<number> {
  const stop = new AbortController();
  const interrupted = listenForInterrupts(stop);
  try {
    const flags = await withTracked(given, stop.signal);
    const optionsWith = await optionsOf(flags);
    if (flags.tune) return await (await import('./tune.ts')).runTune(flags, optionsWith, stop.signal);
    const options = optionsWith(flags.workers);
    if (flags.retryErrors) return await (await import('./retry-errors.ts')).runRetryErrors(flags, options, stop.signal);
    const report = await openReport(flags, options);
    const prepared = await prepareTransformRun({ ...options, ...report.listeners }, stop.signal);
    if (flags.dryRun) return await printPlan(prepared, options, flags);
    const result = await runWithProgress(prepared, stop.signal);
    let unwritten = 0;
    const files = await report.close(result, prepared).catch((error: unknown) => {
      unwritten = tellFailure(error); // what became of the objects is to be said all the same
      return [];
    });
    await printResult(result, { flags, files });
    return interrupted.status() ?? (result.status === 'Completed' ? unwritten : 1);
  } catch (error) {
    return interrupted.status() ?? tellFailure(error);
  } finally {
    interrupted.ignore();
  }
}

/** The job, but for the worker threads of batchline's own server. */
async function optionsOf(flags: Flags): Promise<(workers: number | undefined) => TransformRunOptions> {
  const request = await requestOf(flags);
  const assumptions = parseAssumptions(flags.assume);
  const pipeline = await pipelineOf(flags);
  const openStore = openStores();
  const { containerEngine: engine, shard } = flags;
  return (workers) => ({
    request,
    pipeline,
    assumptions,
    openStore,
    startContainer: containerStarter({
      cli: fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url)),
      openStore,
      ...(engine ? { engine } : {}),
      ...(workers ? { workers } : {}),
    }),
    onNote: note,
    ...(flags.resume ? { resume: true } : {}),
    ...(shard === undefined ? {} : { shardBytes: shard }),
  });
}

async function runWithProgress(prepared: PreparedRun, signal: AbortSignal): Promise<JobResult> {
  const { objects: totalObjects, bytes: totalBytes, counters } = prepared;
  const hideProgress = showProgress({ stream: process.stderr, totalObjects, totalBytes, view: () => counters });
  try {
    return await prepared.run(signal);
  } finally {
    hideProgress();
  }
}
