import { BatchlineError, messageOf } from '../../errors.ts';
import { writeObject } from '../../storage/write-object.ts';
import { type Instance, startInstance } from '../instance.ts';
import { type InputObject, newCounters, type TransformJob } from '../job.ts';
import { type ErrorEntry, findErrors } from '../objects/error-entries.ts';
import { mapInOrder } from '../objects/in-order.ts';
import { wholeLines } from '../objects/lines-of.ts';
import { entryLine } from '../objects/object-output.ts';
import { readInput } from '../objects/read-input.ts';
import { invokeMiniBatch, type Run } from '../objects/transform-range.ts';
import { prepareJob } from '../run-transform-job.ts';
import type { TransformRunOptions } from '../transform-run.ts';
import { type BadRecords, badRecords } from './bad-records.ts';
import { readEntries } from './read-entries.ts';
import { type Replacement, replaceLines } from './replace-lines.ts';

export interface RetriedObject {
  readonly key: string;
  /** Records that were scored again. */
  readonly retried: number;
  /** Those of them that have an error line again. */
  readonly errors: number;
  /** Why its output is as it was. */
  readonly reason?: string;
}

/**
 * Scores the records of an errors.jsonl again and puts their lines into the outputs, each of which is replaced in one
 * step; then errors.jsonl tells what is left.
 * @param errorsUri of errors.jsonl
 * @throws BatchlineError INVALID_INPUT if it is not there, JOB_FAILED if no container becomes ready; the signal's reason
 */
export async function retryErrors(
  options: TransformRunOptions,
  errorsUri: string,
  signal: AbortSignal,
): Promise<RetriedObject[]> {
  const byObject = await readEntries(errorsUri, options.openStore, signal);
  const { inputs, job } = await prepareJob(options, signal);
  if (job.splitType !== 'Line') {
    throw new BatchlineError('INVALID_REQUEST', `--retry-errors: expected SplitType Line, received ${job.splitType}`);
  }
  const instance = await startInstance(0, { ...options, job }, signal);
  const run: Run = { job, counters: newCounters(), observer: options.observer ?? {} };
  const left: ErrorEntry[] = [];
  const results: RetriedObject[] = [];
  try {
    for (const input of inputs) {
      const entries = byObject.get(input.name);
      byObject.delete(input.name);
      if (!entries) continue;
      const { result, errors } = await retryObject(input, entries, { run, instance, signal });
      results.push(result);
      left.push(...errors);
    }
    await rewrite(errorsUri, [...left, ...[...byObject.values()].flat()], options);
    return results;
  } finally {
    await instance.stop();
  }
}

interface Context {
  readonly run: Run;
  readonly instance: Instance;
  readonly signal: AbortSignal;
}

async function retryObject(
  input: InputObject,
  entries: readonly ErrorEntry[],
  context: Context,
): Promise<{ result: RetriedObject; errors: readonly ErrorEntry[] }> {
  const { signal, run } = context;
  const { store, key } = input.output;
  try {
    const old = await store.head(key, signal);
    if (!old) throw new BatchlineError('JOB_FAILED', 'its output is gone: score it anew');
    checkUnchanged(old.metadata, input, run.job);
    const errors: ErrorEntry[] = [];
    const lines = replacements(input, entries, { ...context, errors });
    const output = replaceLines(store.read(old, { signal }), lines);
    await writeObject(store, key, output, { signal, metadata: old.metadata }); // most of it is as it was made
    return { result: { key: input.name, retried: entries.length, errors: errors.length }, errors };
  } catch (error) {
    signal.throwIfAborted();
    const result = { key: input.name, retried: 0, errors: entries.length, reason: messageOf(error) };
    return { result, errors: entries };
  }
}

/** Another model or other settings are what people retry with; other bytes are not what errors.jsonl is about. */
function checkUnchanged(metadata: Readonly<Record<string, string>>, input: InputObject, job: TransformJob): void {
  const { input: etag } = job.metadataOf(input);
  if (metadata['input'] === undefined || metadata['input'] === etag) return;
  throw new BatchlineError('JOB_FAILED', 'the object has changed since it was scored: score it anew, with --resume');
}

async function* replacements(
  input: InputObject,
  entries: readonly ErrorEntry[],
  { run, instance, signal, errors }: Context & { errors: ErrorEntry[] },
): AsyncGenerator<Replacement> {
  const limits = { maxBytes: instance.maxPayloadBytes, single: instance.settings.batchStrategy === 'SingleRecord' };
  const batches = badRecords(entries, readInput(input, run.job, { signal }), limits);
  const invoke = async (batch: BadRecords, inside: AbortSignal) => ({
    batch,
    answer: await invokeMiniBatch(input, batch, { run, instance, signal: inside }),
  });
  for await (const { batch, answer } of mapInOrder(batches, invoke, { window: instance.window, signal })) {
    const lines = await linesOf(answer.result);
    if (lines.length !== batch.entries.length) {
      const message = `${batch.entries.length} records were sent again and ${lines.length} lines came back`;
      throw new BatchlineError('JOB_FAILED', message);
    }
    for (const { line, code, message } of await findErrors(answer.reply.pieces, 0)) {
      errors.push({ ...(batch.entries[line] as ErrorEntry), code, message });
    }
    for (const [index, text] of lines.entries()) yield { line: (batch.entries[index] as ErrorEntry).line, text };
  }
}

/** Each without its newline. */
async function linesOf(pieces: readonly Buffer[]): Promise<Buffer[]> {
  const lines: Buffer[] = [];
  for await (const group of wholeLines(pieces)) {
    for (let at = 0; at < group.length; ) {
      const end = group.indexOf(0x0a, at);
      lines.push(group.subarray(at, end < 0 ? undefined : end));
      at = end < 0 ? group.length : end + 1;
    }
  }
  return lines;
}

async function rewrite(uri: string, entries: readonly ErrorEntry[], { openStore }: TransformRunOptions): Promise<void> {
  const { store, key } = openStore(uri);
  const signal = new AbortController().signal;
  if (entries.length === 0) return await store.remove(key, signal);
  await writeObject(store, key, entries.map(entryLine), { signal });
}
