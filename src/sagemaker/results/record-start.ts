import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { Step } from '../step.ts';
import { isOutputAmongInputs, type JobObject } from './job-objects.ts';
import { fingerprintOf, type LaunchLineage } from './launch-lineage.ts';
import { type RecordedObject, writeLineage } from './lineage-file.ts';

export interface StartOptions extends Pick<Step, 'openStore' | 'signal'> {
  /** Over the whole input, with the names and the final S3OutputPath. */
  readonly request: CreateTransformJobRequest;
  readonly lineage: LaunchLineage;
  /** What will not be scored, because it has a valid output: `selectUnfinished` names them. */
  readonly finished?: readonly (JobObject & { readonly record: RecordedObject | undefined })[];
  readonly now?: Date;
}

/**
 * Notes in lineage.json, before a job is created, what will make the outputs: so `--resume` after a launcher that was
 * killed knows which outputs are of this job, and whoever watches the job in another process knows what was launched.
 * @returns its URI; undefined where the output path lies in the input's prefix, because the job would score it
 */
export async function recordStart(options: StartOptions): Promise<string | undefined> {
  const { request, openStore, lineage, finished = [], signal, now = new Date() } = options;
  if (isOutputAmongInputs({ request, openStore })) return undefined;
  const fingerprint = fingerprintOf(lineage);
  const objects = finished.map(({ name, object, written, output, record }): RecordedObject => {
    const made = written
      ? { output: output.store.root + output.key, outputEtag: written.etag, outputBytes: written.bytes }
      : {};
    return { name, status: 'Completed', inputEtag: object.etag, fingerprint, ...record, ...made };
  });
  const job = { name: request.TransformJobName, startTime: now.toISOString() };
  const known = fingerprint === undefined ? {} : { fingerprint };
  const file = { format: 1, status: 'InProgress', job, ...known, lineage, request, objects } as const;
  return await writeLineage({ ...file, objects }, { request, openStore }, signal);
}
