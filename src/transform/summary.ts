import type { JobResult, ObjectResult } from './job.ts';
import type { ChosenSettings } from './settings.ts';

/** The result as `--json` prints it. */
export interface JobSummary {
  readonly status: JobResult['status'];
  readonly objects: readonly ObjectResult[];
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly outputLines: number;
  /** What the server says it scored; absent if any reply did not say. */
  readonly records?: number;
  readonly errorRecords?: number;
  readonly seconds: number;
  /** Input, in millions of bytes. */
  readonly megabytesPerSecond: number;
  readonly miniBatches: number;
  readonly retries: number;
  readonly serverPeakMemoryBytes?: number;
  readonly settings: ChosenSettings;
}

export interface JobReport {
  readonly result: JobResult;
  readonly settings: ChosenSettings;
  readonly peakMemory: number | undefined;
}

export function summarise({ result, settings, peakMemory }: JobReport): JobSummary {
  const { objects, seconds, status, miniBatches, retries } = result;
  const done = objects.filter((object) => object.status === 'Completed');
  const sum = (of: (object: ObjectResult) => number | undefined): number =>
    done.reduce((total, object) => total + (of(object) ?? 0), 0);
  const inputBytes = sum((object) => object.inputBytes);
  const counted = done.length > 0 && done.every(({ records }) => records !== undefined);
  return {
    status,
    objects,
    inputBytes,
    outputBytes: sum((object) => object.outputBytes),
    outputLines: sum((object) => object.outputLines),
    ...(counted
      ? { records: sum(({ records }) => records), errorRecords: sum(({ errorRecords }) => errorRecords) }
      : {}),
    seconds: round(seconds, 3),
    megabytesPerSecond: round(inputBytes / 1e6 / seconds, 2),
    miniBatches,
    retries,
    ...(peakMemory === undefined ? {} : { serverPeakMemoryBytes: peakMemory }),
    settings,
  };
}

/** The result for people: a line a fact, failures with their reasons, then the outputs. */
export function summaryText(summary: JobSummary, mostPaths = 20): string {
  const { objects, serverPeakMemoryBytes: peak, settings } = summary;
  const done = objects.filter(({ status }) => status === 'Completed');
  const lines = [
    ...objects.filter(({ status }) => status === 'Failed').map(({ key, reason }) => `failed: ${key}: ${reason}`),
    `${summary.status}: ${done.length} of ${objects.length} ${objects.length === 1 ? 'object' : 'objects'}`,
    `  records      ${recordsText(summary)}`,
    `  time         ${summary.seconds.toFixed(1)} s, ${megabytes(summary.inputBytes)}, ${summary.megabytesPerSecond} MB/s`,
    `  mini-batches ${summary.miniBatches} (${strategyText(settings)}), retries ${summary.retries}`,
    ...(peak === undefined ? [] : [`  peak memory  ${megabytes(peak)} (server)`]),
    ...done.slice(0, mostPaths).map(({ output }) => `  output       ${output}`),
    ...(done.length > mostPaths ? [`  output       and ${done.length - mostPaths} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function recordsText({ records, errorRecords, outputLines }: JobSummary): string {
  const count = (value: number): string => value.toLocaleString('en');
  if (records === undefined) return `${count(outputLines)} output lines`;
  return `${count(records)}, of which ${count(errorRecords ?? 0)} are error lines`;
}

function strategyText({ batchStrategy, maxPayloadInMB, maxConcurrentTransforms }: ChosenSettings): string {
  const size = maxPayloadInMB === 0 ? 'of any size' : `up to ${maxPayloadInMB} MiB`;
  return `${batchStrategy}, ${size}, ${maxConcurrentTransforms} at a time`;
}

function round(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : 0;
}
