import { availableParallelism } from 'node:os';
import { BatchlineError } from '../../errors.ts';
import { writeObject } from '../../storage/write-object.ts';
import type { JobResult } from '../../transform/job.ts';
import { ErrorsFile } from '../../transform/objects/errors-file.ts';
import type { JobObserver } from '../../transform/observer.ts';
import { ReportCollector } from '../../transform/report/collector.ts';
import { knownPrices, readPrices } from '../../transform/report/prices.ts';
import { writeReport } from '../../transform/report/write-report.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import type { PreparedRun, TransformRunOptions } from '../../transform/transform-run.ts';
import type { Flags } from './flags.ts';
import { lineageOf } from './lineage.ts';

/** What a job leaves beside its outputs: errors.jsonl, and with them report.html and report.json. */
export interface JobReport {
  readonly listeners: Pick<TransformRunOptions, 'onErrors' | 'observer'>;
  /** @returns what was written: paths and s3:// URIs */
  close(result: JobResult, prepared: PreparedRun): Promise<string[]>;
}

/** Which report, of the options of the command. */
export type ReportFlags = Pick<Flags, 'report' | 'prices' | 'showRecords'>;

/** @throws BatchlineError INVALID_SETTING for a table of prices that cannot be read */
export async function openReport(flags: ReportFlags, options: TransformRunOptions): Promise<JobReport> {
  if (flags.report === false) return { listeners: {}, close: async () => [] };
  const folder = folderUri(
    typeof flags.report === 'string' ? flags.report : options.request.TransformOutput.S3OutputPath,
  );
  const prices = flags.prices === undefined ? knownPrices : await readPrices(flags.prices);
  const late = new AbortController();
  const place = { openStore: options.openStore, signal: late.signal };
  const errors = new ErrorsFile(folder, options.openStore, late.signal);
  const collector = new ReportCollector({ showRecords: flags.showRecords === true });
  const startedAt = new Date();
  return {
    listeners: { onErrors: errors.add, observer: collector satisfies JobObserver },
    close: (result, { inputs }) =>
      inTime(late, result, async () => {
        const written = (await errors.close()) ? [errors.uri] : [];
        const { html, json } = await writeReport({
          result,
          settings: result.settings,
          request: options.request,
          collected: collector.facts(),
          lineage: await lineageOf(result, { inputs, pipeline: options.pipeline }),
          use: usedBy(result),
          prices,
          startedAt,
        });
        written.push(await put(`${folder}report.json`, `${JSON.stringify(json, undefined, 2)}\n`, place));
        written.push(await put(`${folder}report.html`, html, place));
        return written.map((uri) => uri.replace(/^file:\/\//, ''));
      }),
  };
}

/** After a Ctrl-C the whole command has 5 s, of which the objects under way take some. */
const stoppedMs = 1500;

async function inTime<T>(late: AbortController, { status }: JobResult, write: () => Promise<T>): Promise<T> {
  const error = new BatchlineError(
    'JOB_FAILED',
    `the report was not written within ${stoppedMs / 1000} s and is left out`,
  );
  const timer = status === 'Stopped' ? setTimeout(() => late.abort(error), stoppedMs) : undefined;
  return await write().finally(() => clearTimeout(timer));
}

function usedBy({ serverUsage }: JobResult) {
  const { user, system } = process.cpuUsage();
  return {
    serverPeakBytes: serverUsage?.peakBytes,
    serverCpuSeconds: serverUsage?.cpuSeconds,
    runnerPeakBytes: process.resourceUsage().maxRSS * 1024,
    runnerCpuSeconds: (user + system) / 1e6,
    cores: availableParallelism(),
  };
}

interface Place extends Pick<TransformRunOptions, 'openStore'> {
  readonly signal: AbortSignal;
}

/** Also after a Ctrl-C: what was scored is to be written down. */
async function put(uri: string, content: string, { openStore, signal }: Place): Promise<string> {
  const { store, key } = openStore(uri);
  await writeObject(store, key, [Buffer.from(content)], { signal });
  return uri;
}
