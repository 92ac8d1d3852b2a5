import { BatchlineError, messageOf } from '../../errors.ts';
import type { Instance } from '../instance.ts';
import type { InputObject, ObjectResult } from '../job.ts';
import { explain } from './explain.ts';
import { ObjectOutput } from './object-output.ts';
import { scanErrors } from './scan-errors.ts';
import { isSentAsItIs, type RangeCounts, type Run, transformRange } from './transform-range.ts';
import { isSharded, transformShards } from './transform-shards.ts';
import { transformStream } from './transform-stream.ts';

export interface ObjectRun extends Run {
  readonly instances: readonly Instance[];
  /** Told what errors.jsonl shall hold of an object, once its output is there. */
  readonly onErrors: (entries: AsyncIterable<Buffer>) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Scores one object into its output. Never throws: what went wrong is in the result. */
export async function transformObject(input: InputObject, home: Instance, run: ObjectRun): Promise<ObjectResult> {
  const failed = { key: input.name, inputBytes: input.object.bytes, outputBytes: 0, outputLines: 0 };
  const signal = AbortSignal.any([run.signal, home.signal]);
  try {
    signal.throwIfAborted();
    return await writeOutput(input, home, { ...run, signal });
  } catch (error) {
    if (!signal.aborted) {
      const failure = await explain(error, input, run.job);
      for (const line of failure.dataLog) run.observer.onDataLog?.(home.number, line);
      const { reason, kind, unreachable } = failure;
      return { ...failed, status: 'Failed', reason, kind, ...(unreachable ? { unreachable } : {}) };
    }
    const { reason } = signal;
    if (!(reason instanceof BatchlineError)) return { ...failed, status: 'Stopped' };
    return { ...failed, status: 'Failed', reason: messageOf(reason), kind: 'AlgorithmError' };
  }
}

async function writeOutput(input: InputObject, home: Instance, run: ObjectRun): Promise<ObjectResult> {
  const options = { signal: run.signal, metadata: run.job.metadataOf(input) };
  const output = await ObjectOutput.create(input, options, run.observer);
  try {
    const counts = await score(input, home, output, run);
    await output.commit();
    const { records, errorRecords } = counts;
    // What was streamed has not been held, so its error lines are looked up afterwards.
    if (isStreamed(home, run) && errorRecords) await output.onErrors(await scanErrors(input, run.job, run.signal));
    await run.onErrors(output.errors.read());
    return {
      key: input.name,
      status: 'Completed',
      inputBytes: input.object.bytes,
      output: outputName(input),
      outputBytes: output.lines.bytes,
      outputLines: output.lines.lines,
      ...(records === undefined || errorRecords === undefined ? {} : { records, errorRecords }),
    };
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    await output.close();
  }
}

async function score(input: InputObject, home: Instance, output: ObjectOutput, run: ObjectRun): Promise<RangeCounts> {
  const { job, signal } = run;
  if (input.object.bytes === 0 && job.assumptions['empty-object'] !== 'send') return { records: 0, errorRecords: 0 };
  if (isStreamed(home, run)) return await transformStream(input, home, output, run);
  if (isSharded(input, job)) return await transformShards(input, home, output, run);
  return await transformRange(input, {}, output, { run, instance: home, signal });
}

/**
 * MaxPayloadInMB 0 lifts the limit: the object is one request, from store to store, unless every record is to come alone
 * or is looked at.
 */
function isStreamed({ settings }: Instance, { job }: ObjectRun): boolean {
  if (settings.maxPayloadInMB !== 0 || job.processing) return false;
  if (job.splitType === 'None') return true;
  return settings.batchStrategy === 'MultiRecord' && isSentAsItIs(job);
}

/** A path, or an s3:// URI. */
export function outputName({ output: { store, key } }: InputObject): string {
  return store.root === 'file:///' ? `/${key}` : store.root + key;
}
