import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import type { BatchSettings } from '../settings.ts';
import { get } from './get.ts';

const timeoutMs = 10_000;

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
    const { status, text } = await get(url, { timeoutMs, signal });
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
