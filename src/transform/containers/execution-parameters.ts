import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { Assumptions } from '../assumptions.ts';
import { type BatchSettings, checkSettings } from '../settings.ts';
import { get } from './get.ts';

const timeoutMs = 10_000;

const executionParameters = z.object({
  MaxConcurrentTransforms: z.int().min(0).optional(),
  MaxPayloadInMB: z.int().min(0).optional(),
  // The documentation's spelling, and the API's, which some containers copy.
  BatchStrategy: z.enum(['MULTI_RECORD', 'SINGLE_RECORD', 'MultiRecord', 'SingleRecord']).optional(),
});

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onNote: (note: string) => void;
  /** AWS does not say what it does with an answer that is wrong: `ignore`, with a note, by default. */
  readonly invalid?: Assumptions['execution-parameters'];
}

/**
 * What the container asks for; one without the route asks for nothing.
 * @throws BatchlineError JOB_FAILED if the answer is wrong and `invalid` is `fail`; the signal's reason
 */
export async function fetchExecutionParameters(base: URL, options: FetchOptions): Promise<Partial<BatchSettings>> {
  const { signal, onNote, invalid = 'ignore' } = options;
  try {
    const url = new URL('execution-parameters', base);
    const { status, text } = await get(url, { timeoutMs, signal });
    if (status === 404) return {};
    if (status !== 200) throw new Error(`it answered ${status}`);
    const asked = fromContainer(executionParameters.parse(parsed(text)));
    checkSettings(asked);
    return asked;
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    if (invalid === 'fail') {
      throw new BatchlineError('JOB_FAILED', `${base}execution-parameters: ${why}`, { cause: error });
    }
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
