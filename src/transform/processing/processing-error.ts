import { BatchlineError } from '../../errors.ts';

/** What DataProcessing could not do, and with which record. */
export class ProcessingError extends BatchlineError {
  override readonly name = 'ProcessingError';
  /** From 1 within the mini-batch; undefined where the object is one document, or no single line is to blame. */
  readonly line: number | undefined;
  readonly #describe: (where: string) => string;

  /** @param describe makes the message of where it is: "line 17", or "the document" */
  constructor(describe: (where: string) => string, line?: number) {
    super('JOB_FAILED', describe(line === undefined ? 'the document' : `line ${line}`));
    this.#describe = describe;
    this.line = line;
  }

  /** The same, its line counted within the object, of which so many lines come before the mini-batch. */
  behind(linesBefore: number): ProcessingError {
    return this.line === undefined ? this : new ProcessingError(this.#describe, this.line + linesBefore);
  }
}
