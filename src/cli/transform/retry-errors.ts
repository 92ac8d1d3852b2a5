import { type RetriedObject, retryErrors } from '../../transform/retry-errors/retry-errors.ts';
import { folderUri } from '../../transform/select/output-place.ts';
import type { TransformRunOptions } from '../../transform/transform-run.ts';
import type { Flags } from './flags.ts';

/** `transform --retry-errors`. @returns the exit status */
export async function runRetryErrors(flags: Flags, options: TransformRunOptions, signal: AbortSignal): Promise<number> {
  const folder = typeof flags.report === 'string' ? flags.report : options.request.TransformOutput.S3OutputPath;
  const objects = await retryErrors(options, `${folderUri(folder)}errors.jsonl`, signal);
  if (flags.json) process.stdout.write(`${JSON.stringify({ objects }, undefined, 2)}\n`);
  else process.stderr.write(textOf(objects));
  return objects.some(({ reason }) => reason !== undefined) ? 1 : 0;
}

function textOf(objects: readonly RetriedObject[]): string {
  const sum = (of: (object: RetriedObject) => number): number =>
    objects.reduce((total, object) => total + of(object), 0);
  const failed = objects.flatMap(({ key, reason }) => (reason === undefined ? [] : `failed: ${key}: ${reason}\n`));
  const records = sum(({ retried }) => retried);
  return `${failed.join('')}${records} records scored again; error lines left: ${sum(({ errors }) => errors)}\n`;
}
