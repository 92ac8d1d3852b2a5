import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../errors.ts';
import type { Assumptions } from '../assumptions.ts';
import { InvocationError } from './invocation-error.ts';

export interface RetryPolicy {
  /** How often to try again after the first failure (InvocationsMaxRetries). */
  readonly maxRetries: number;
  /** The longest pause before the first retry; it doubles each time, up to `maxPauseMs`. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** Which failed requests are tried again; all that are `retryable` by default: connection, timeout and 5xx. */
  readonly on?: Assumptions['retry-on'];
}

const maxPauseMs = 10_000;

export function retryPolicy(maxRetries: number, assumptions: Assumptions): RetryPolicy {
  const firstPauseMs = Number(assumptions['first-retry-seconds']) * 1000;
  return { maxRetries, firstPauseMs, maxPauseMs, on: assumptions['retry-on'] };
}

/** Calls `attempt` until it succeeds, fails in a way that the same call will fail again, or has used up its retries. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { policy, signal, onRetry }: { policy: RetryPolicy; signal: AbortSignal; onRetry: (error: BatchlineError) => void },
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error, policy)) throw error;
      if (retries === policy.maxRetries) throw retries === 0 ? error : exhausted(error, retries);
      await sleep(pauseMs(retries, policy), undefined, { signal }).catch(() => signal.throwIfAborted());
      onRetry(error);
    }
  }
}

/** Between half of the step and all of it, so that requests that failed together do not come back together. */
function pauseMs(retries: number, { firstPauseMs, maxPauseMs }: RetryPolicy): number {
  return Math.min(maxPauseMs, firstPauseMs * 2 ** retries) * (0.5 + Math.random() / 2);
}

function isRetryable(error: unknown, { on }: RetryPolicy): error is BatchlineError {
  if (!(error instanceof BatchlineError) || !error.retryable) return false;
  return on === undefined || !(error instanceof InvocationError) || on.split(',').includes(error.failure);
}

function exhausted(error: BatchlineError, retries: number): BatchlineError {
  const message = `${error.message} (after ${retries} ${retries === 1 ? 'retry' : 'retries'})`;
  if (error instanceof InvocationError) return error.withMessage(message);
  return new BatchlineError('JOB_FAILED', message, { cause: error });
}
