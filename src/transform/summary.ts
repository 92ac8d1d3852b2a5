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
  readonly failureReason?: string;
  readonly settings?: ChosenSettings;
}

export function summarise(result: JobResult): JobSummary {
  const { objects, seconds, status, failureReason, settings, serverUsage } = result;
  const done = objects.filter((object) => object.status === 'Completed');
  const sum = (of: (object: ObjectResult) => number | undefined): number =>
    done.reduce((total, object) => total + (of(object) ?? 0), 0);
  const inputBytes = sum((object) => object.inputBytes);
  const counted = done.length > 0 && done.every(({ records }) => records !== undefined);
  return {
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    objects,
    inputBytes,
    outputBytes: sum((object) => object.outputBytes),
    outputLines: sum((object) => object.outputLines),
    ...(counted
      ? { records: sum(({ records }) => records), errorRecords: sum(({ errorRecords }) => errorRecords) }
      : {}),
    seconds: round(seconds, 3),
    megabytesPerSecond: round(inputBytes / 1e6 / seconds, 2),
    miniBatches: result.miniBatches,
    retries: result.retries,
    ...(serverUsage ? { serverPeakMemoryBytes: serverUsage.peakBytes } : {}),
    ...(settings ? { settings } : {}),
  };
}

/** The result for people: failures with their reasons, a line a fact, then what was written. */
export function summaryText(summary: JobSummary, files: readonly string[] = [], mostPaths = 20): string {
  const { objects, serverPeakMemoryBytes: peak, settings } = summary;
  const having = (status: ObjectResult['status']) => objects.filter((object) => object.status === status);
  const done = [...having('Completed'), ...having('Resumed')];
  const resumed = having('Resumed').length;
  const failed = having('Failed');
  const ofAll = `${done.length} of ${objects.length} ${objects.length === 1 ? 'object' : 'objects'} scored`;
  const unstarted = settings === undefined && summary.failureReason;
  if (unstarted) return `failed: ${unstarted}\n${summary.status}: ${ofAll}\n`;
  const lines = [
    ...failed.slice(0, mostPaths).map(({ key, reason }) => `failed: ${key}: ${reason}`),
    ...(failed.length > mostPaths ? [`failed: and ${failed.length - mostPaths} more`] : []),
    `${summary.status}: ${ofAll}${resumed > 0 ? `, ${resumed} of them there before` : ''}`,
    `  records      ${recordsText(summary)}`,
    `  time         ${summary.seconds.toFixed(1)} s, ${megabytes(summary.inputBytes)}, ${summary.megabytesPerSecond} MB/s`,
    ...(settings
      ? [`  mini-batches ${summary.miniBatches} (${strategyText(settings)}), retries ${summary.retries}`]
      : []),
    ...(peak === undefined ? [] : [`  peak memory  ${megabytes(peak)} (server)`]),
    ...done.slice(0, mostPaths).map(({ output = '' }) => `  output       ${fromHere(output)}`),
    ...(done.length > mostPaths ? [`  output       and ${done.length - mostPaths} more`] : []),
    ...files.map((file) => `  written      ${fromHere(file)}`),
    ...(summary.status === 'Stopped' ? ['To go on: the same command with --resume.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Relative where it lies below the working directory. */
function fromHere(path: string): string {
  const here = `${process.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
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
