import { createHash } from 'node:crypto';
import type { JobObserver } from '../transform/observer.ts';
import type { LogStreams } from './state/log-streams.ts';

export interface JobListener extends JobObserver {
  /** What batchline itself has to say of the job, into the data log of the first instance. */
  note(text: string): void;
  /** What the containers said they scored so far; nothing once a reply did not say. */
  counted(): { readonly records?: number; readonly errorRecords?: number };
}

/**
 * Writes a job's logs into the streams that CloudWatch would have, and counts its records.
 * @param time milliseconds since 1970, a part of the streams' names
 * @param isPipeline whether each container has a stream of its own
 */
export function listenToJob(logs: LogStreams, job: string, time: number, isPipeline: boolean): JobListener {
  const streamOf = (instance: number) => `${job}/${instanceId(job, instance)}-${Math.floor(time / 1000)}`;
  let [records, errorRecords, counts] = [0, 0, true];
  const write = (stream: string, message: string) => {
    try {
      logs.append(stream, message);
    } catch {
      // A disk that is full ends the job by what it fails to write itself; its log is not worth more.
    }
  };
  // As in the service's own: 2024-10-16T22:49:21.569:[sagemaker logs]: …
  const dataLog = (instance: number, line: string) =>
    write(`${streamOf(instance)}/data-log`, `${new Date().toISOString().slice(0, -1)}:${line}`);
  return {
    onDataLog: dataLog,
    onContainerLog: (instance, container, line) =>
      write(isPipeline ? `${streamOf(instance)}/${container}` : streamOf(instance), line),
    onMiniBatch(miniBatch) {
      counts &&= miniBatch.records !== undefined;
      records += miniBatch.records ?? 0;
      errorRecords += miniBatch.errorRecords ?? 0;
    },
    note: (text) => dataLog(0, `[batchline local]: ${text}`),
    counted: () => (counts ? { records, errorRecords } : {}),
  };
}

/** As EC2 numbers them; the same for the same job and instance. */
function instanceId(job: string, instance: number): string {
  return `i-${createHash('sha256').update(`${job}/${instance}`).digest('hex').slice(0, 17)}`;
}
