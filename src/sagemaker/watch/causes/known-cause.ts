import type { CreateTransformJobRequest } from '../../../sagemaker-api/create-transform-job.ts';

/** One row of the tables of what is known to make jobs fail. */
export interface KnownCause {
  /** Where it is seen. */
  readonly in: readonly ('reason' | 'data-log' | 'container')[];
  /** Tested on each line. */
  readonly pattern: RegExp;
  /** What it means. */
  readonly what: string;
  /** What to do. */
  readonly remedy: string | ((request: CreateTransformJobRequest) => string);
  /** Whether it is worth saying only where no other row matches. */
  readonly isGeneral?: boolean;
}
