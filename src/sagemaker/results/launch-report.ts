import type { CollectedFacts } from '../../transform/report/collector.ts';
import { histogramOf } from '../../transform/report/histogram.ts';
import type { Report } from '../../transform/report/report-json.ts';
import type { Explanation, FinishOptions } from './finish-options.ts';
import type { Inspected } from './inspect-outputs.ts';
import type { LaunchLineage } from './launch-lineage.ts';
import { versionOf } from './lineage-of.ts';
import type { JobCost, ObjectOutcome, Outcome } from './outcome.ts';

/** report.json of a job on AWS: what is not known there, such as latencies, is left out. */
export interface LaunchReport {
  readonly job: string;
  readonly status: Outcome['status'];
  readonly failureReason?: string;
  /** TransformStartTime and TransformEndTime. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly seconds?: number;
  readonly totals: LaunchTotals;
  /** Failures first, then those with most error lines; up to a thousand. */
  readonly objects: readonly ObjectOutcome[];
  readonly objectsLeftOut: number;
  readonly errors: CollectedFacts['errors'];
  readonly answers: Report['answers'];
  readonly causes: Explanation['causes'];
  readonly problems: readonly string[];
  readonly cost?: JobCost & { readonly region: string; readonly asOf: string };
  readonly lineage: LaunchLineage & { readonly dataVersion: string };
  readonly request: FinishOptions['request'];
}

export interface LaunchTotals {
  readonly objects: number;
  readonly completed: number;
  readonly resumed: number;
  readonly failed: number;
  readonly stopped: number;
  readonly missing: number;
  readonly mismatched: number;
  /** Of the objects that this job scored. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Of all outputs, if they were read to their ends. */
  readonly outputLines?: number;
  readonly records?: number;
  readonly errorRecords?: number;
  /** Requests that the container logged. */
  readonly requests?: number;
  readonly megabytesPerSecond?: number;
  readonly recordsPerSecond?: number;
}

const mostObjects = 1000;
const order = { Failed: 0, Stopped: 1, Completed: 2, Resumed: 3 } as const;

export function makeLaunchReport(outcome: Outcome, inspected: Inspected, options: FinishOptions): LaunchReport {
  const { job, request, lineage, prices, explanation } = options;
  const { status, failureReason, cost, problems } = outcome;
  const { answers, errors } = inspected;
  const seconds = secondsOf(job);
  const objects = outcome.objects.toSorted(
    (a, b) =>
      order[a.status] - order[b.status] || (b.errorRecords ?? 0) - (a.errorRecords ?? 0) || b.inputBytes - a.inputBytes,
  );
  return {
    job: job.name,
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    ...(job.startTime ? { startedAt: job.startTime.toISOString() } : {}),
    ...(job.endTime ? { endedAt: job.endTime.toISOString() } : {}),
    ...(seconds === undefined ? {} : { seconds }),
    totals: totalsOf(outcome, { seconds, requests: job.counted?.requests, logged: job.counted?.records }),
    objects: objects.slice(0, mostObjects),
    objectsLeftOut: Math.max(0, objects.length - mostObjects),
    errors,
    answers: { ...answers, labels: answers.labels ?? null, scores: answers.scores.map(histogramOf) },
    causes: explanation?.causes ?? [],
    problems,
    ...(cost ? { cost: { ...cost, region: prices.region, asOf: prices.asOf } } : {}),
    lineage: { ...lineage, dataVersion: versionOf(outcome.objects) },
    request,
  };
}

function secondsOf({ startTime, endTime }: FinishOptions['job']): number | undefined {
  return startTime && endTime ? (endTime.getTime() - startTime.getTime()) / 1000 : undefined;
}

interface Known {
  readonly seconds: number | undefined;
  readonly requests: number | undefined;
  readonly logged: number | undefined;
}

function totalsOf({ objects, missing, mismatched, records, errorRecords }: Outcome, known: Known): LaunchTotals {
  const having = (status: ObjectOutcome['status']) => objects.filter((object) => object.status === status);
  const completed = having('Completed');
  const outputs = objects.filter(({ output }) => output !== undefined);
  const isCounted = outputs.length > 0 && outputs.every(({ outputLines }) => outputLines !== undefined);
  const inputBytes = sum(completed, ({ inputBytes: bytes }) => bytes);
  const scored = isCounted ? sum(completed, ({ outputLines }) => outputLines) : known.logged;
  const isTimed = known.seconds !== undefined && known.seconds > 0 && completed.length > 0;
  return {
    objects: objects.length,
    completed: completed.length,
    resumed: having('Resumed').length,
    failed: having('Failed').length,
    stopped: having('Stopped').length,
    missing,
    mismatched,
    inputBytes,
    outputBytes: sum(completed, ({ outputBytes }) => outputBytes),
    ...(isCounted ? { outputLines: sum(outputs, ({ outputLines }) => outputLines) } : {}),
    ...(records === undefined ? {} : { records }),
    ...(errorRecords === undefined ? {} : { errorRecords }),
    ...(known.requests === undefined ? {} : { requests: known.requests }),
    ...(isTimed ? { megabytesPerSecond: inputBytes / 1e6 / (known.seconds as number) } : {}),
    ...(isTimed && scored !== undefined && records !== undefined
      ? { recordsPerSecond: scored / (known.seconds as number) }
      : {}),
  };
}

function sum(objects: readonly ObjectOutcome[], of: (object: ObjectOutcome) => number | undefined): number {
  return objects.reduce((total, object) => total + (of(object) ?? 0), 0);
}
