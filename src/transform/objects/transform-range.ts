import { messageOf } from '../../errors.ts';
import { contentTypeOf } from '../content-type.ts';
import type { Instance } from '../instance.ts';
import { type ContainerReply, countsOf, type ReplyCounts } from '../invoking/reply.ts';
import { withRetries } from '../invoking/retry.ts';
import type { InputObject, JobCounters, TransformJob } from '../job.ts';
import type { JobObserver } from '../observer.ts';
import { cutFor } from '../splitting/cut.ts';
import type { MiniBatch } from '../splitting/mini-batch.ts';
import { type ErrorEntry, type FoundError, findErrors, locateErrors } from './error-entries.ts';
import { mapInOrder } from './in-order.ts';
import type { LineOutput } from './line-output.ts';
import { readInput } from './read-input.ts';
import { SpentBytes } from './spent-bytes.ts';

/** What everything under way in a job shares. */
export interface Run {
  readonly job: TransformJob;
  readonly counters: JobCounters;
  readonly observer: JobObserver;
}

/** Where the results of an object, or of a shard of it, go in order. */
export interface RangeOutput {
  readonly lines: LineOutput;
  /** Told the error lines of a mini-batch; the lines are counted from the first of the range. */
  readonly onErrors: (entries: readonly ErrorEntry[]) => Promise<void>;
}

/** What the server says of what it scored; undefined from the first reply on that does not say. */
export interface RangeCounts {
  readonly records: number | undefined;
  readonly errorRecords: number | undefined;
}

/** A mini-batch that failed for good. */
export class MiniBatchError extends Error {
  readonly offset: number;

  constructor(offset: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.offset = offset;
  }
}

/** Of an object, all of it unless something else is said; `[start, end)`. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** Scores the bytes of an object, or of a shard of it, mini-batch by mini-batch, several at a time, replies in order. */
export async function transformRange(
  input: InputObject,
  range: ByteRange,
  output: RangeOutput,
  { run, instance, signal }: { run: Run; instance: Instance; signal: AbortSignal },
): Promise<RangeCounts> {
  const { job, counters, observer } = run;
  const counts = new Counts();
  const invoke = (batch: MiniBatch, inside: AbortSignal): Promise<Answer> =>
    invokeMiniBatch(input, batch, { run, instance, signal: inside });
  const late: FoundError[] = [];
  const spent = new SpentBytes();
  const batches = miniBatches(input, range, { run, instance, signal });
  for await (const { batch, reply, result, milliseconds, isSent } of mapInOrder(batches, invoke, {
    window: instance.window,
    signal,
  })) {
    await output.lines.append(result);
    if (job.assembleWith === 'Line') await output.lines.endLine(job.assumptions['assemble-line'] === 'always');
    counters.bytes += batch.bytes;
    const firstLine = counts.records === undefined ? undefined : counts.records + 1;
    counts.add(reply.counts);
    if (firstLine !== undefined && reply.counts?.errors && job.splitType === 'Line') {
      const found = await findErrors(reply.pieces, firstLine);
      const start = { object: input.name, line: firstLine, offset: (range.start ?? 0) + batch.offset };
      if (isSentAsItIs(job)) await output.onErrors(await locateErrors(found, batch.body, start));
      else late.push(...found);
    }
    observer.onMiniBatch?.({
      object: input.name,
      instance: instance.number,
      inputBytes: batch.bytes,
      outputBytes: bytesOf(result),
      milliseconds,
      ...(reply.counts ? { records: reply.counts.records, errorRecords: reply.counts.errors } : {}),
      reply: reply.pieces,
    });
    spent.release(batch, isSent);
  }
  if (late.length > 0) {
    const start = { object: input.name, line: 1, offset: range.start ?? 0, skipBlank: dropsBlank(job) };
    await output.onErrors(await locateErrors(late, readInput(input, job, { signal, ...range }), start));
  }
  return counts;
}

function miniBatches(
  input: InputObject,
  range: ByteRange,
  { run: { job }, instance, signal }: { run: Run; instance: Instance; signal: AbortSignal },
): AsyncIterable<MiniBatch> {
  // Nobody asks for the mini-batches of an empty object unless it is assumed that an empty request is sent.
  if (input.object.bytes === 0) return only({ body: [], bytes: 0, offset: 0 });
  const cut = cutFor({ ...job, batchStrategy: instance.settings.batchStrategy });
  return cut(readInput(input, job, { signal, ...range }), instance.maxPayloadBytes);
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item;
}

/** Whether mini-batches hold all bytes of the object, so that records can be found in them. */
export function isSentAsItIs(job: TransformJob): boolean {
  return job.splitType !== 'Line' || (job.assumptions.terminator === 'keep' && !dropsBlank(job));
}

function dropsBlank({ assumptions }: TransformJob): boolean {
  return assumptions['blank-lines'] === 'drop';
}

export interface Reply {
  readonly pieces: readonly Buffer[];
  readonly counts: ReplyCounts | undefined;
}

export interface Answer {
  readonly batch: MiniBatch;
  readonly reply: Reply;
  /** What goes into the output. */
  readonly result: readonly Buffer[];
  readonly milliseconds: number;
  /** Whether nobody reads the bytes of the mini-batch any more, see Invocation.onSent. */
  readonly isSent: boolean;
}

/** Sends a mini-batch through the filters and the container. @throws MiniBatchError */
export async function invokeMiniBatch(
  input: InputObject,
  batch: MiniBatch,
  { run, instance, signal }: { run: Run; instance: Instance; signal: AbortSignal },
): Promise<Answer> {
  const { processing, contentType = contentTypeOf(input.name) } = run.job;
  try {
    const original = processing && Buffer.concat(batch.body);
    const sent = original && processing.filterInput(original);
    const body = sent ? { body: [sent], bytes: sent.length } : batch;
    let attempts = 0;
    let isSent = sent !== undefined; // what is sent then is a copy
    const onSent = (): void => {
      isSent ||= attempts === 1;
    };
    const { reply, milliseconds } = await inSlot({ run, instance, signal, object: input.name }, () => {
      attempts += 1;
      return instance.invoker.invoke({ body, key: input.name, contentType, onSent }, collect, signal);
    });
    const result = original ? [processing.finish(original, Buffer.concat(reply.pieces))] : reply.pieces;
    return { batch, reply, result, milliseconds, isSent };
  } catch (error) {
    throw new MiniBatchError(batch.offset, error);
  }
}

/** Sends when one of the instance's MaxConcurrentTransforms is free. */
export async function inSlot<T>(
  { run, instance, signal, object }: { run: Run; instance: Instance; signal: AbortSignal; object: string },
  attempt: () => Promise<T>,
): Promise<{ reply: T; milliseconds: number }> {
  await instance.slots.acquire(signal);
  const start = performance.now();
  try {
    run.counters.miniBatches += 1;
    const onRetry = (error: Error): void => {
      run.counters.retries += 1;
      run.observer.onRetry?.(object, error.message);
    };
    const reply = await withRetries(attempt, { policy: run.job.retries, signal, onRetry });
    return { reply, milliseconds: performance.now() - start };
  } finally {
    instance.slots.release();
  }
}

/** Holds a reply, because it may have to wait for those before it. */
async function collect(reply: ContainerReply): Promise<Reply> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  return { pieces, counts: countsOf(reply) };
}

function bytesOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Adds up what replies say, as long as all do. */
export class Counts implements RangeCounts {
  records: number | undefined = 0;
  errorRecords: number | undefined = 0;

  add(counts: { readonly records?: number | undefined; readonly errors?: number | undefined } | undefined): void {
    this.records = sum(this.records, counts?.records);
    this.errorRecords = sum(this.errorRecords, counts?.errors);
  }
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
