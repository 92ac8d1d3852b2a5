import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { JobResult, ObjectResult } from '../job.ts';
import type { ChosenSettings } from '../settings.ts';
import type { CollectedFacts } from './collector.ts';
import { type CostReport, estimateCosts } from './costs.ts';
import { histogramOf, type ScoreHistogram } from './histogram.ts';
import type { Lineage } from './lineage.ts';
import type { Summary } from './log-histogram.ts';
import type { PriceTable } from './prices.ts';

export interface ReportInput {
  readonly result: JobResult;
  /** Undefined if no container became ready. */
  readonly settings: ChosenSettings | undefined;
  readonly request: CreateTransformJobRequest;
  readonly collected: CollectedFacts;
  readonly lineage: Lineage;
  readonly use: ReportedUse;
  readonly prices: PriceTable;
  readonly startedAt: Date;
}

/** What the job used; what is not known is left out. */
export interface ReportedUse {
  /** Of batchline's own servers: the largest peak of memory, and the CPU time of all. */
  readonly serverPeakBytes?: number | undefined;
  readonly serverCpuSeconds?: number | undefined;
  readonly runnerPeakBytes?: number | undefined;
  readonly runnerCpuSeconds?: number | undefined;
  /** Of this machine. */
  readonly cores: number;
}

/** report.json: all that report.html shows. */
export interface Report {
  readonly job: string;
  readonly status: JobResult['status'];
  readonly failureReason?: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly totals: Totals;
  /** Failures first, then the largest; up to a thousand. */
  readonly objects: readonly ObjectResult[];
  readonly objectsLeftOut: number;
  readonly errors: CollectedFacts['errors'];
  readonly retries: CollectedFacts['retries'];
  readonly throughput: CollectedFacts['throughput'];
  readonly latencyMs: Summary | null;
  readonly latencyBucketsMs: CollectedFacts['latencyBuckets'];
  readonly use: ReportedUse;
  /** Null if no container became ready. */
  readonly settings: ChosenSettings | null;
  readonly answers: {
    readonly sampledLines: number;
    readonly sampledMiniBatches: number;
    readonly labels: readonly { readonly label: string; readonly count: number }[] | null;
    readonly tooManyLabels: boolean;
    readonly scores: readonly ScoreHistogram[];
    readonly lines: readonly string[];
  };
  readonly costs: CostReport;
  readonly lineage: Lineage;
  readonly request: CreateTransformJobRequest;
}

export interface Totals {
  readonly objects: number;
  readonly completed: number;
  readonly failed: number;
  readonly stopped: number;
  readonly resumed: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly outputLines: number;
  /** Of completed objects, as far as the server says. */
  readonly records?: number;
  readonly errorRecords?: number;
  readonly miniBatches: number;
  readonly retries: number;
  readonly megabytesPerSecond: number;
}

const mostObjects = 1000;
const order = { Failed: 0, Stopped: 1, Completed: 2, Resumed: 3 } as const;

export function makeReport(input: ReportInput): Report {
  const { result, settings, request, collected, lineage, use, prices, startedAt } = input;
  const { throughput, latency, latencyBuckets, errors, retries, answers } = collected;
  const objects = result.objects.toSorted(
    (a, b) =>
      order[a.status] - order[b.status] || (b.errorRecords ?? 0) - (a.errorRecords ?? 0) || b.inputBytes - a.inputBytes,
  );
  return {
    job: request.TransformJobName,
    status: result.status,
    ...(result.failureReason === undefined ? {} : { failureReason: result.failureReason }),
    startedAt: startedAt.toISOString(),
    seconds: result.seconds,
    totals: totalsOf(result),
    objects: objects.slice(0, mostObjects),
    objectsLeftOut: Math.max(0, objects.length - mostObjects),
    errors,
    retries,
    throughput,
    latencyMs: latency ?? null,
    latencyBucketsMs: latencyBuckets,
    use,
    settings: settings ?? null,
    answers: { ...answers, labels: answers.labels ?? null, scores: answers.scores.map(histogramOf) },
    costs: estimateCosts({ ...use, seconds: result.seconds }, prices),
    lineage,
    request,
  };
}

function totalsOf({ objects, miniBatches, retries, seconds }: JobResult): Totals {
  const count = (status: ObjectResult['status']): number => objects.filter((object) => object.status === status).length;
  const done = objects.filter(({ status }) => status === 'Completed');
  const sum = (of: (object: ObjectResult) => number | undefined): number =>
    done.reduce((total, object) => total + (of(object) ?? 0), 0);
  const counted = done.length > 0 && done.every(({ records }) => records !== undefined);
  const inputBytes = sum((object) => object.inputBytes);
  return {
    objects: objects.length,
    completed: done.length,
    failed: count('Failed'),
    stopped: count('Stopped'),
    resumed: count('Resumed'),
    inputBytes,
    outputBytes: sum((object) => object.outputBytes),
    outputLines: sum((object) => object.outputLines),
    ...(counted
      ? { records: sum(({ records }) => records), errorRecords: sum(({ errorRecords }) => errorRecords) }
      : {}),
    miniBatches,
    retries,
    megabytesPerSecond: seconds > 0 ? inputBytes / 1e6 / seconds : 0,
  };
}
