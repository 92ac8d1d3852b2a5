import { BatchlineError } from '../../errors.ts';

/** What became of a request: no connection or a broken one, no reply in time, or a reply with another status than 2xx. */
export type InvocationFailure = 'connection' | 'timeout' | '4xx' | '5xx' | 'other-status';

interface Details {
  readonly failure: InvocationFailure;
  readonly dataLog: readonly string[];
  readonly cause?: unknown;
}

/** A request that a container did not answer, or answered with a failure. `retryable` for all but 4xx and odd statuses. */
export class InvocationError extends BatchlineError {
  override readonly name = 'InvocationError';
  readonly failure: InvocationFailure;
  /** What the service writes to the data log, line by line, each to stand behind `<bucket>/<key>: `. */
  readonly dataLog: readonly string[];

  constructor(message: string, { failure, dataLog, cause }: Details) {
    super('JOB_FAILED', message, { cause, retryable: failure !== '4xx' && failure !== 'other-status' });
    this.failure = failure;
    this.dataLog = dataLog;
  }

  /** The first word of the job's FailureReason: whose fault it is in the service's eyes. */
  get kind(): 'ClientError' | 'AlgorithmError' {
    return this.failure === '4xx' ? 'ClientError' : 'AlgorithmError';
  }

  /** The same with more to its message. */
  withMessage(message: string): InvocationError {
    return new InvocationError(message, { failure: this.failure, dataLog: this.dataLog, cause: this });
  }
}
