import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../errors.ts';

export interface RetryPolicy {
  /** How often to try again after the first failure (InvocationsMaxRetries). */
  readonly maxRetries: number;
  /** The longest pause before the first retry; it doubles each time, up to `maxPauseMs`. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/**
 * Calls `attempt` until it succeeds, fails in a way that the same call will fail again, or has used up its retries.
 * AWS does not say what it retries: here it is what `retryable` marks, connection errors, timeouts and 5xx.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { policy, signal, onRetry }: { policy: RetryPolicy; signal: AbortSignal; onRetry: () => void },
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (retries === policy.maxRetries) throw retries === 0 ? error : exhausted(error, retries);
    }
    await sleep(pauseMs(retries, policy), undefined, { signal }).catch(() => signal.throwIfAborted());
    onRetry();
  }
}

/** Between half of the step and all of it, so that requests that failed together do not come back together. */
function pauseMs(retries: number, { firstPauseMs, maxPauseMs }: RetryPolicy): number {
  return Math.min(maxPauseMs, firstPauseMs * 2 ** retries) * (0.5 + Math.random() / 2);
}

function isRetryable(error: unknown): error is BatchlineError {
  return error instanceof BatchlineError && error.retryable;
}

function exhausted(error: BatchlineError, retries: number): BatchlineError {
  const times = retries === 1 ? 'retry' : 'retries';
  return new BatchlineError('JOB_FAILED', `${error.message} (after ${retries} ${times})`, { cause: error });
}
