import { BatchlineError } from '../../errors.ts';

/** What is wrong with a project of DVC's, or with what was asked of it. */
export function dvcError(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_INPUT', message, cause === undefined ? {} : { cause });
}
