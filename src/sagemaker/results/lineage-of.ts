import { dataVersion } from '../../transform/report/lineage.ts';
import type { FinishOptions } from './finish-options.ts';
import { fingerprintOf } from './launch-lineage.ts';
import type { LineageFile, RecordedObject } from './lineage-file.ts';
import type { ObjectOutcome, Outcome } from './outcome.ts';

/** What lineage.json shall hold of a job that has ended. */
export function lineageOf(outcome: Outcome, { job, request, lineage }: FinishOptions): LineageFile {
  const fingerprint = fingerprintOf(lineage);
  const { status, failureReason, objects, cost } = outcome;
  return {
    format: 1,
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    job: {
      name: job.name,
      ...(job.startTime ? { startTime: job.startTime.toISOString() } : {}),
      ...(job.endTime ? { endTime: job.endTime.toISOString() } : {}),
    },
    ...(fingerprint === undefined ? {} : { fingerprint }),
    dataVersion: versionOf(objects),
    lineage,
    ...(cost ? { cost } : {}),
    request,
    objects: objects.map((object) => recorded(object, fingerprint)),
  };
}

/** Of the objects' names and etags; an object that was changed meanwhile makes a version that no other run has. */
export function versionOf(objects: readonly ObjectOutcome[]): string {
  return dataVersion(objects.map(({ key, inputEtag = 'changed' }) => ({ name: key, etag: inputEtag })));
}

function recorded(object: ObjectOutcome, fingerprint: string | undefined): RecordedObject {
  const { key, status, inputEtag, output, outputEtag, outputBytes, outputLines, errorRecords, job } = object;
  return {
    name: key,
    status: status === 'Resumed' ? 'Completed' : status,
    inputEtag,
    output,
    outputEtag,
    outputBytes,
    lines: outputLines,
    errorRecords,
    job,
    fingerprint: status === 'Completed' || status === 'Resumed' ? fingerprint : undefined,
  };
}
