import { BatchlineError } from '../../errors.ts';

export function invalidInput(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_INPUT', message, { cause });
}
