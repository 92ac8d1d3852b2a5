import type { IncomingMessage } from 'node:http';
import { BatchlineError, messageOf } from '../errors.ts';
import type { Semaphore } from '../scoring/semaphore.ts';
import { OutputFile } from './assemble.ts';
import { contentTypeOf } from './content-type.ts';
import { mapInOrder } from './in-order.ts';
import type { Invoker } from './invoke.ts';
import type { JobCounters, ObjectResult, TransformJob } from './job.ts';
import { lineAt, readObject } from './read-object.ts';
import { countsOf, type ReplyCounts } from './reply.ts';
import { withRetries } from './retry.ts';
import type { InputObject } from './select-objects.ts';
import { manyLines, singleLines } from './splitting/lines.ts';
import { type MiniBatch, TooLargeError } from './splitting/mini-batch.ts';
import { wholeObject } from './splitting/whole-object.ts';

/** What the objects of a job share. */
export interface Run {
  readonly job: TransformJob;
  readonly invoker: Invoker;
  /** Requests under way, over all objects: MaxConcurrentTransforms. */
  readonly slots: Semaphore;
  /** Mini-batches in memory, over all objects, waiting ones and unwritten replies included. */
  readonly window: Semaphore;
  readonly counters: JobCounters;
  readonly signal: AbortSignal;
}

/** Scores one object into its output file. Never throws: what went wrong is in the result. */
export async function transformObject(object: InputObject, run: Run): Promise<ObjectResult> {
  const failed = { key: object.key, inputBytes: object.bytes, outputBytes: 0, outputLines: 0 };
  try {
    run.signal.throwIfAborted();
    return await writeOutput(object, run);
  } catch (error) {
    const { reason } = run.signal;
    if (!run.signal.aborted) return { ...failed, status: 'Failed', reason: await explain(error, object) };
    if (reason instanceof BatchlineError) return { ...failed, status: 'Failed', reason: reason.message };
    return { ...failed, status: 'Stopped' };
  }
}

async function writeOutput(object: InputObject, run: Run): Promise<ObjectResult> {
  const file = await OutputFile.create(object.outputPath);
  try {
    const tally = new Tally();
    if (isStreamed(run.job)) await transformStreamed(object, file, tally, run);
    else await transformCut(object, file, tally, run);
    await file.commit();
    const { key, bytes, outputPath } = object;
    const { bytes: outputBytes, lines: outputLines } = file;
    return {
      key,
      status: 'Completed',
      inputBytes: bytes,
      output: outputPath,
      outputBytes,
      outputLines,
      ...tally.known(),
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** MaxPayloadInMB 0 lifts the limit: unless every record is to come alone, the object is one request. */
function isStreamed({ settings, splitType }: TransformJob): boolean {
  return settings.maxPayloadInMB === 0 && !(splitType === 'Line' && settings.batchStrategy === 'SingleRecord');
}

/** One chunked request, from file to file; a retry starts both anew. */
async function transformStreamed(object: InputObject, file: OutputFile, tally: Tally, run: Run): Promise<void> {
  if (object.bytes === 0) return; // an empty object has no records: an empty output, and no request
  const { job, counters, signal } = run;
  let sent = 0;
  const body = async function* (): AsyncGenerator<Buffer> {
    counters.bytes -= sent;
    sent = 0;
    for await (const chunk of readObject(object.path)) {
      yield chunk;
      sent += chunk.length;
      counters.bytes += chunk.length;
    }
  };
  const read = async (reply: IncomingMessage): Promise<void> => {
    await file.restart();
    for await (const piece of reply as AsyncIterable<Buffer>) await file.append([piece]);
    tally.add(countsOf(reply));
  };
  const invocation = { body, key: object.key, contentType: job.contentType ?? contentTypeOf(object.key) };
  await inSlot(run, signal, () => run.invoker.invoke(invocation, read, signal));
  if (job.splitType === 'Line') await file.endLine();
}

/** Mini-batches, several at a time, their replies in order. */
async function transformCut(object: InputObject, file: OutputFile, tally: Tally, run: Run): Promise<void> {
  const { job, counters } = run;
  const contentType = job.contentType ?? contentTypeOf(object.key);
  const invoke = async (batch: MiniBatch, signal: AbortSignal): Promise<Reply> => {
    const invocation = { body: batch, key: object.key, contentType };
    try {
      const reply = await inSlot(run, signal, () => run.invoker.invoke(invocation, collect, signal));
      counters.bytes += batch.bytes;
      return reply;
    } catch (error) {
      throw new MiniBatchError(batch, error);
    }
  };
  for await (const reply of mapInOrder(cut(object, job), invoke, run)) {
    await file.append(reply.pieces);
    if (job.splitType === 'Line') await file.endLine();
    tally.add(reply.counts);
  }
}

function cut({ path }: InputObject, { settings, splitType }: TransformJob): AsyncIterable<MiniBatch> {
  const maxBytes = settings.maxPayloadInMB === 0 ? Infinity : settings.maxPayloadInMB * 1024 * 1024;
  if (splitType === 'None') return wholeObject(readObject(path), maxBytes);
  if (settings.batchStrategy === 'SingleRecord') return singleLines(readObject(path), maxBytes);
  return manyLines(readObject(path), maxBytes);
}

async function inSlot<T>({ slots, counters, job }: Run, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  await slots.acquire(signal);
  try {
    counters.miniBatches += 1;
    return await withRetries(attempt, { policy: job.retries, signal, onRetry: () => (counters.retries += 1) });
  } finally {
    slots.release();
  }
}

interface Reply {
  readonly pieces: readonly Buffer[];
  readonly counts: ReplyCounts | undefined;
}

/** Holds a reply, because it may have to wait for those before it. */
async function collect(reply: IncomingMessage): Promise<Reply> {
  const pieces: Buffer[] = [];
  for await (const piece of reply as AsyncIterable<Buffer>) pieces.push(piece);
  return { pieces, counts: countsOf(reply) };
}

class Tally {
  #records = 0;
  #errors = 0;
  #complete = true;

  add(counts: ReplyCounts | undefined): void {
    if (counts === undefined) this.#complete = false;
    this.#records += counts?.records ?? 0;
    this.#errors += counts?.errors ?? 0;
  }

  known(): { records?: number; errorRecords?: number } {
    return this.#complete ? { records: this.#records, errorRecords: this.#errors } : {};
  }
}

class MiniBatchError extends Error {
  readonly batch: MiniBatch;

  constructor(batch: MiniBatch, cause: unknown) {
    super(messageOf(cause), { cause });
    this.batch = batch;
  }
}

/** Adds the line: nobody counts lines on the way, so the file is read again for it. */
async function explain(error: unknown, { path }: InputObject): Promise<string> {
  const line = async (offset: number): Promise<string> =>
    lineAt(path, offset).then(
      (number) => `line ${number}`,
      () => `byte ${offset}`, // the file has gone
    );
  if (error instanceof TooLargeError) return `the record at ${await line(error.offset)} has ${error.message}`;
  if (error instanceof MiniBatchError && error.batch.offset > 0) {
    return `mini-batch from ${await line(error.batch.offset)}: ${error.message}`;
  }
  return messageOf(error);
}
