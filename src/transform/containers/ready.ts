import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import { get } from './get.ts';

/** AWS ends an attempt after 2 s. */
const pingTimeoutMs = 2000;
/** At first as soon as it is ready; then about as often as the service, so that its log says something else, too. */
const firstPauseMs = 100;
const laterPauseMs = 1000;
const soonMs = 10_000;

export interface ReadyOptions {
  readonly signal: AbortSignal;
  /** How long to wait for the first 200. */
  readonly deadlineMs: number;
  /** Told why once, if it does not answer in the first second. */
  readonly onWaiting?: (why: string) => void;
  /** The container's own `died`: one that ends is not waited for. */
  readonly died?: Promise<BatchlineError>;
}

/** A container that did not become ready in time. */
export class PingError extends BatchlineError {
  override readonly name = 'PingError';
  /** The service's words for it. */
  readonly failureReason =
    'AlgorithmError: Model container failed to respond to ping. ' +
    'Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code';
}

/**
 * Waits until GET /ping is 200.
 * @throws PingError after the deadline; what `died` says; the signal's reason
 */
export async function waitUntilReady(base: URL, { died, signal, ...options }: ReadyOptions): Promise<void> {
  const dead = new AbortController();
  void died?.then((why) => dead.abort(why));
  await pingUntilReady(base, { ...options, signal: AbortSignal.any([signal, dead.signal]) });
}

async function pingUntilReady(base: URL, { signal, deadlineMs, onWaiting }: ReadyOptions): Promise<void> {
  const start = performance.now();
  let told = false;
  for (;;) {
    const why = await ping(base, signal);
    if (why === undefined) return;
    signal.throwIfAborted();
    const waitedMs = performance.now() - start;
    if (waitedMs > deadlineMs) {
      const seconds = Math.round(deadlineMs / 1000);
      throw new PingError('JOB_FAILED', `${base}ping: expected 200 within ${seconds} s; last attempt: ${why}`);
    }
    if (!told && waitedMs > 1000) onWaiting?.(why);
    told ||= waitedMs > 1000;
    const pauseMs = waitedMs < soonMs ? firstPauseMs : laterPauseMs;
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function ping(base: URL, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status } = await get(new URL('ping', base), { timeoutMs: pingTimeoutMs, signal });
    return status === 200 ? undefined : `it answered ${status}`;
  } catch (error) {
    return messageOf(error);
  }
}
