import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { lastOf, type Trial, type Tuned } from './tune.ts';

/** What to put into a CreateTransformJob request. */
export type JobPatch = Pick<CreateTransformJobRequest, 'MaxPayloadInMB' | 'MaxConcurrentTransforms' | 'Environment'>;

/** @param environment the job's own, which the patch keeps */
export function jobPatch({ best: { settings } }: Tuned, environment: Readonly<Record<string, string>> = {}): JobPatch {
  const { maxPayloadInMB, maxConcurrentTransforms, workers } = settings;
  return {
    MaxConcurrentTransforms: maxConcurrentTransforms,
    MaxPayloadInMB: maxPayloadInMB,
    ...(workers === undefined ? {} : { Environment: { ...environment, BATCHLINE_WORKERS: String(workers) } }),
  };
}

/** A table of the trials, best first. */
export function tunedText({ trials }: Tuned): string {
  const rows = trials.filter(({ rounds }) => rounds.length > 0).map(cells);
  const table = [
    ['MaxPayloadInMB', 'MaxConcurrentTransforms', 'workers', 'MB/s', 'peak memory', 'rounds', ''],
    ...rows,
  ];
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const line = (row: string[]): string => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return `${table.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function cells(trial: Trial): string[] {
  const { maxPayloadInMB, maxConcurrentTransforms, workers } = trial.settings;
  const { megabytesPerSecond, peakMemoryBytes, failures } = lastOf(trial);
  return [
    String(maxPayloadInMB),
    String(maxConcurrentTransforms),
    workers === undefined ? '' : String(workers),
    megabytesPerSecond.toFixed(1),
    peakMemoryBytes === undefined ? '' : `${Math.round(peakMemoryBytes / 1e6)} MB`,
    String(trial.rounds.length),
    failures > 0 ? `${failures} failed` : '',
  ];
}
