import { messageOf } from '../../errors.ts';
import type { FinishOptions } from './finish-options.ts';
import { inspectOutputs } from './inspect-outputs.ts';
import { costOfJob } from './job-cost.ts';
import { type JobObject, jobObjects } from './job-objects.ts';
import { judgeObjects } from './judge-objects.ts';
import { fingerprintOf, type LaunchLineage } from './launch-lineage.ts';
import { type LineageFile, readLineage } from './lineage-file.ts';
import type { Outcome } from './outcome.ts';
import { summariseObjects } from './summarise-objects.ts';
import { writeResults } from './write-results.ts';

export type { EndedJob, Explanation, FinishOptions } from './finish-options.ts';
export type { LaunchLineage } from './launch-lineage.ts';
export type { ObjectOutcome, Outcome } from './outcome.ts';
export { outcomeText } from './outcome-text.ts';

/**
 * Looks at the outputs of a job that has ended, and writes errors.jsonl, report.json, report.html and lineage.json beside
 * them. May be called again. What cannot be read or written is a problem of the outcome.
 * @throws the signal's reason alone
 */
export async function finishJob(given: FinishOptions): Promise<Outcome> {
  const { signal } = given;
  const problems: string[] = [];
  const noted = <T>(otherwise: T) => {
    return (error: unknown): T => {
      signal.throwIfAborted();
      problems.push(messageOf(error));
      return otherwise;
    };
  };
  const earlier = await readLineage(given, signal).catch(noted(undefined));
  const options = withEarlier(given, earlier);
  const objects = await jobObjects(options, signal).catch(noted<JobObject[]>([]));
  const { judged, late } = judgeObjects(objects, {
    ...options.job,
    finished: new Set(options.finished?.map(({ name }) => name)),
    records: new Map(earlier?.objects.map((record) => [record.name, record])),
    fingerprint: fingerprintOf(options.lineage),
  });
  const inspected = await inspectOutputs(judged, options);
  const summary = summariseObjects(inspected.objects, late, options);
  const { cost, problem } = costOfJob(options);
  const outcome = {
    ...summary,
    ...(cost ? { cost } : {}),
    files: inspected.files,
    problems: [...problems, ...inspected.problems, ...summary.problems, ...(problem === undefined ? [] : [problem])],
  };
  return await writeResults(outcome, inspected, options);
}

/**
 * What `recordStart` noted, for whoever watches a job that another process created: image, model, the request over the
 * whole input.
 */
function withEarlier(options: FinishOptions, earlier: LineageFile | undefined): FinishOptions {
  if (earlier?.job.name !== options.job.name) return options;
  const known = Object.entries(options.lineage).filter(([, value]) => value !== undefined);
  const lineage = { ...earlier.lineage, ...Object.fromEntries(known) } as LaunchLineage;
  return { ...options, request: earlier.request, lineage };
}
