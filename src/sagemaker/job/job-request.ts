import { createHash } from 'node:crypto';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { canonical } from '../model/model-request.ts';
import { requestOf } from '../watch/request-of.ts';

/**
 * The name of a job: `<model>-<UTC time>-<six digits of the request's hash>`. It is made once a launch and kept for every
 * repetition of the call, so that a job whose creation was not answered is not created twice.
 */
export function jobName(modelName: string, job: object, now: Date): string {
  const time = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const hash = createHash('sha256')
    .update(canonical([job, now.getTime(), process.pid]))
    .digest('hex');
  const most = 63 - time.length - 8;
  return `${modelName.slice(0, most).replace(/-+$/, '')}-${time}-${hash.slice(0, 6)}`;
}

/** Whether a job that is there, as it was described, is the one that was asked for. The service may know more of it. */
export function isSameJob(wanted: CreateTransformJobRequest, there: CreateTransformJobRequest): boolean {
  // Both without the members that are as if they had not been given.
  return covers(requestOf(wanted), there);
}

/** Whether everything in `asked` is so in `there`, which may hold more. */
function covers(asked: unknown, there: unknown): boolean {
  if (typeof asked !== 'object' || asked === null) return asked === there;
  if (typeof there !== 'object' || there === null) return Object.keys(asked).length === 0;
  return Object.entries(asked).every(([name, value]) => covers(value, (there as Record<string, unknown>)[name]));
}
