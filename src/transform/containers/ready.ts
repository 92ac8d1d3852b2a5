import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import { get } from './get.ts';

/** AWS ends an attempt after 2 s. */
const pingTimeoutMs = 2000;
const pingPauseMs = 100;

export interface ReadyOptions {
  readonly signal: AbortSignal;
  /** How long to wait for the first 200. */
  readonly deadlineMs: number;
  /** Told why once, if it does not answer in the first second. */
  readonly onWaiting?: (why: string) => void;
}

/** Waits until GET /ping is 200. @throws BatchlineError JOB_FAILED after the deadline; the signal's reason */
export async function waitUntilReady(base: URL, { signal, deadlineMs, onWaiting }: ReadyOptions): Promise<void> {
  const start = performance.now();
  let told = false;
  for (;;) {
    const why = await ping(base, signal);
    if (why === undefined) return;
    signal.throwIfAborted();
    const waitedMs = performance.now() - start;
    if (waitedMs > deadlineMs) {
      const seconds = Math.round(deadlineMs / 1000);
      throw new BatchlineError('JOB_FAILED', `${base}ping: expected 200 within ${seconds} s; last attempt: ${why}`);
    }
    if (!told && waitedMs > 1000) onWaiting?.(why);
    told ||= waitedMs > 1000;
    await sleep(pingPauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
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
