import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';
import { findCauses } from './causes/find-causes.ts';
import { readDataLog } from './data-log.ts';
import type { Explanation } from './explanation-text.ts';
import { type FailureLogs, readFailureLogs } from './failure-logs.ts';
import type { EndedJob } from './watch-job.ts';

export { type Explanation, explanationText } from './explanation-text.ts';

const mostObjects = 50;
const mostContainerLines = 10;
const longestLine = 500;
/** Logs arrive some seconds late. */
const looks = 5;
const lateMs = 60_000;

/**
 * Looks for the causes of a job's failure, in its logs and in the tables of what is known. A job that has completed has
 * none. Logs that cannot be read are told as a cause. @throws the signal's reason
 */
export async function explainFailure(
  job: EndedJob,
  step: Pick<Step, 'clients' | 'signal'>,
  { pauseMs = 2000 }: { readonly pauseMs?: number } = {},
): Promise<Explanation> {
  if (job.status === 'Completed') return { causes: [], objects: [] };
  const logs = await readLateLogs(job, step, pauseMs);
  const { failed, others } = readDataLog(logs.dataLog);
  const dataLog = [...failed.flatMap(({ lines }) => lines), ...others];
  const more = failed.length > mostObjects ? { moreObjects: failed.length - mostObjects } : {};
  const last = logs.containers.slice(-mostContainerLines).map((line) => line.slice(0, longestLine));
  return {
    causes: findCauses(job, { ...logs, dataLog }),
    objects: failed.slice(0, mostObjects),
    ...more,
    ...(failed.length > 0 || last.length === 0 || job.status === 'Stopped' ? {} : { containerLines: last }),
  };
}

/** Of a job that has ended just now, and refers to its logs, until there is something in them. */
async function readLateLogs(
  { name, endTime, failureReason = '' }: EndedJob,
  step: Pick<Step, 'clients' | 'signal'>,
  pauseMs: number,
): Promise<FailureLogs> {
  const mayBeLate = Date.now() - (endTime?.getTime() ?? 0) < lateMs && failureReason.includes('See job logs');
  for (let left = mayBeLate ? looks : 1; ; left--) {
    const logs = await readFailureLogs(name, step);
    if (left <= 1 || logs.refused || readDataLog(logs.dataLog).failed.length > 0) return logs;
    await sleep(pauseMs, undefined, { signal: step.signal }).catch(() => step.signal.throwIfAborted());
  }
}
