import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BatchlineError, messageOf } from '../errors.ts';
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
    const response = await get(base, 'ping', pingTimeoutMs, signal);
    await response.body?.cancel();
    return response.status === 200 ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return causeOf(error);
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
    const response = await get(base, 'execution-parameters', getTimeoutMs, signal);
    if (response.status === 404) {
      await response.body?.cancel();
      return {};
    }
    const text = await response.text();
    if (response.status !== 200) throw new Error(`it answered ${response.status}`);
    const answer = executionParameters.parse(parsed(text));
    return fromContainer(answer);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof z.ZodError ? z.prettifyError(error) : causeOf(error);
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
    const response = await get(base, 'metrics', pingTimeoutMs, signal);
    const found = /^batchline_peak_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(await response.text());
    const bytes = Number(found?.[1]);
    return bytes > 0 ? bytes : undefined;
  } catch {
    return undefined; // a nicety of our own server, never a reason to fail
  }
}

function get(base: URL, path: string, timeoutMs: number, signal: AbortSignal): Promise<Response> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return fetch(new URL(path, base), { signal: ended, headers: { connection: 'close' }, redirect: 'manual' });
}

/** fetch says "fetch failed" and hides the reason in `cause`. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return messageOf(cause) || (cause as NodeJS.ErrnoException).code || 'no answer';
}
