import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BatchlineError, messageOf } from '../errors.ts';
import { get } from './get.ts';
import type { BatchSettings } from './settings.ts';

/** AWS ends an attempt to ping after 2 s, and does not say how long it waits for the other two. */
const pingTimeoutMs = 2000;
const getTimeoutMs = 10_000;
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

const executionParameters = z.object({
  MaxConcurrentTransforms: z.int().min(0).optional(),
  MaxPayloadInMB: z.int().min(0).optional(),
  // The documentation's spelling, and the API's, which some containers copy.
  BatchStrategy: z.enum(['MULTI_RECORD', 'SINGLE_RECORD', 'MultiRecord', 'SingleRecord']).optional(),
});

/**
 * What the container asks for. One without the route asks for nothing; neither does one whose answer cannot be
 * understood (AWS does not say what it does with it), but `onNote` is told.
 */
export async function fetchExecutionParameters(
  base: URL,
  { signal, onNote }: { signal: AbortSignal; onNote: (note: string) => void },
): Promise<Partial<BatchSettings>> {
  try {
    const url = new URL('execution-parameters', base);
    const { status, text } = await get(url, { timeoutMs: getTimeoutMs, signal });
    if (status === 404) return {};
    if (status !== 200) throw new Error(`it answered ${status}`);
    const answer = executionParameters.parse(parsed(text));
    return fromContainer(answer);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    onNote(`${base}execution-parameters is ignored, the defaults are used: ${why}`);
    return {};
  }
}

function fromContainer(answer: z.infer<typeof executionParameters>): Partial<BatchSettings> {
  const { MaxConcurrentTransforms: concurrency, MaxPayloadInMB: payload, BatchStrategy: strategy } = answer;
  return {
    ...(concurrency ? { maxConcurrentTransforms: concurrency } : {}),
    ...(payload === undefined ? {} : { maxPayloadInMB: payload }),
    ...(strategy ? { batchStrategy: strategy.startsWith('M') ? 'MultiRecord' : 'SingleRecord' } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`expected a JSON object, received ${JSON.stringify(text.slice(0, 200))}`);
  }
}

/** The most memory the server has had, if it is one that says so in /metrics. */
export async function fetchPeakMemory(base: URL, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { text } = await get(new URL('metrics', base), { timeoutMs: pingTimeoutMs, signal });
    const found = /^batchline_peak_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(text);
    const bytes = Number(found?.[1]);
    return bytes > 0 ? bytes : undefined;
  } catch {
    return undefined; // a nicety of our own server, never a reason to fail
  }
}
