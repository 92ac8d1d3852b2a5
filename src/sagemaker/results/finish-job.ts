import { messageOf } from '../../errors.ts';
import type { FinishOptions } from './finish-options.ts';
import { inspectOutputs } from './inspect-outputs.ts';
import { costOfJob } from './job-cost.ts';
import { isOutputAmongInputs, type JobObject, jobObjects } from './job-objects.ts';
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
  if (isOutputAmongInputs(options)) {
    const { S3OutputPath } = options.request.TransformOutput;
    problems.push(
      `${S3OutputPath} is among the inputs: another job of this S3Uri would score the outputs too; take another S3OutputPath`,
    );
  }
  const outcome = {
    ...summary,
    ...(cost ? { cost } : {}),
    files: inspected.files,
    problems: [...problems, ...inspected.problems, ...summary.problems, ...(problem === undefined ? [] : [problem])],
  };
  return await writeResults(outcome, inspected, options);
}

/**
 * With what `recordStart` noted, for whoever watches a job that another process created: image and model, and the whole
 * input where the job itself has a manifest of what was left.
 */
function withEarlier(options: FinishOptions, earlier: LineageFile | undefined): FinishOptions {
  const { request, job, lineage: given } = options;
  if (earlier?.job.name !== job.name) return options;
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  const lineage = { ...earlier.lineage, ...Object.fromEntries(known) } as LaunchLineage;
  const { DataSource } = earlier.request.TransformInput;
  return { ...options, lineage, request: { ...request, TransformInput: { ...request.TransformInput, DataSource } } };
}
