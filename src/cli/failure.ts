import { BatchlineError } from '../errors.ts';

const wrongInput = new Set<string>(['INVALID_SETTING', 'INVALID_INPUT', 'INVALID_REQUEST']);

/** Tells a failure that was to be expected. @returns its exit status: 2 for wrong usage or input, else 1 @throws what was not expected */
export function tellFailure(error: unknown): number {
  if (!(error instanceof BatchlineError)) throw error;
  note(error.message);
  return wrongInput.has(error.code) ? 2 : 1;
}

/** What a user should know, on stderr. */
export function note(message: string): void {
  process.stderr.write(`batchline: ${message}\n`);
}
