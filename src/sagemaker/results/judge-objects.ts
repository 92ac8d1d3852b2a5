import type { StoredObject } from '../../storage/object-store.ts';
import { isSince, type JobObject } from './job-objects.ts';
import { isRecorded, type RecordedObject } from './lineage-file.ts';

/** What an object's output is, before it is read. */
export interface Judged {
  readonly input: JobObject;
  /** Undefined of an object that has no output of this job or a valid earlier one. */
  readonly written: StoredObject | undefined;
  /** Whether an earlier job made the output, and which, if that was recorded. */
  readonly isEarlier: boolean;
  readonly record: RecordedObject | undefined;
  /** Why there is no output, or none is needed. */
  readonly reason?: string;
  readonly isMissing: boolean;
  /** Whether the object was written after the job began: nobody knows which of its bytes were scored. */
  readonly isChanged: boolean;
}

export interface Judging {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly startTime?: Date | undefined;
  /** Names of objects that were found finished before the job, and not scored by it. */
  readonly finished: ReadonlySet<string>;
  /** Of an earlier lineage.json, by name. */
  readonly records: ReadonlyMap<string, RecordedObject>;
  readonly fingerprint: string | undefined;
}

/**
 * Says of each object whether its output is there. Of a Completed job, objects that came after it had begun are left out:
 * it has never seen them.
 */
export function judgeObjects(objects: readonly JobObject[], judging: Judging) {
  const judged: Judged[] = [];
  const late: JobObject[] = [];
  for (const input of objects) {
    const found = judge(input, judging);
    if (found.isMissing && found.isChanged && judging.status === 'Completed') late.push(input);
    else judged.push(found);
  }
  return { judged, late };
}

function judge(input: JobObject, { status, startTime, finished, records, fingerprint }: Judging): Judged {
  const { written, object } = input;
  const isFresh = written !== undefined && (startTime === undefined || isSince(written, startTime));
  const known = records.get(input.name);
  const isEarlier = !isFresh && (finished.has(input.name) || isRecorded(known, input, fingerprint));
  const isChanged = startTime !== undefined && object.modified !== undefined && object.modified > startTime;
  const base = { input, isEarlier, record: isEarlier ? known : undefined, isChanged: isChanged && !isEarlier };
  if (written && (isFresh || isEarlier)) return { ...base, written, isMissing: false };
  const isEmpty = object.bytes === 0 && written === undefined && (status === 'Completed' || isEarlier);
  const reason = isEmpty ? 'the object is empty, and has no output' : whyMissing(input, startTime);
  return { ...base, written: undefined, reason, isMissing: !isEmpty };
}

function whyMissing({ output, written }: JobObject, startTime: Date | undefined): string {
  const uri = output.store.root + output.key;
  if (!written) return `it has no output: there is no ${uri}`;
  const times = `written ${written.modified?.toISOString()}, before the job began at ${startTime?.toISOString()}`;
  return `it has no output of this job: ${uri} was ${times}`;
}
