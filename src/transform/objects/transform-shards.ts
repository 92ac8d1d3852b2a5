import { messageOf } from '../../errors.ts';
import { Semaphore } from '../../scoring/semaphore.ts';
import type { Instance } from '../instance.ts';
import { InvocationError } from '../invoking/invocation-error.ts';
import type { InputObject, TransformJob } from '../job.ts';
import { TooLargeError } from '../splitting/mini-batch.ts';
import type { ErrorEntry } from './error-entries.ts';
import { mapInOrder } from './in-order.ts';
import { LineOutput } from './line-output.ts';
import type { ObjectOutput } from './object-output.ts';
import { readInput } from './read-input.ts';
import { type Shard, shardsOf } from './shards.ts';
import { Spool } from './spool.ts';
import { Counts, MiniBatchError, type RangeCounts, type Run, transformRange } from './transform-range.ts';

export interface ShardRun extends Run {
  readonly instances: readonly Instance[];
  readonly signal: AbortSignal;
}

/** A compressed object can only be read from its beginning; and where a mini-batch ends that leaves lines out, only on the way. */
export function isSharded(
  { object }: InputObject,
  { shardBytes, splitType, gzip, assumptions }: TransformJob,
): boolean {
  return object.bytes > shardBytes && splitType === 'Line' && !gzip && assumptions['blank-lines'] === 'send';
}

/** Shards in work or waiting for earlier ones, for each instance: one is scored while the next one is read. */
const perInstance = 2;

/** Scores one large object in shards, side by side on all instances, and puts their outputs together in order. */
export async function transformShards(
  input: InputObject,
  home: Instance,
  output: ObjectOutput,
  run: ShardRun,
): Promise<RangeCounts> {
  const { instances, signal } = run;
  const window = new Semaphore(instances.length * perInstance);
  const spools = new Set<Spool>();
  const score = async (item: PlacedShard, inside: AbortSignal): Promise<ScoredShard> => {
    const spool = new Spool();
    spools.add(spool);
    return await scoreShard(input, item, spool, { ...run, signal: inside });
  };
  const counts = new Counts();
  try {
    for await (const scored of mapInOrder(placedShards(input, home, run), score, { window, signal })) {
      for await (const piece of scored.output.read()) await output.lines.append([piece]);
      if (counts.records !== undefined) await output.onErrors(numbered(scored.errors, counts.records));
      spools.delete(scored.output);
      await scored.output.close();
      counts.add({ records: scored.counts.records, errors: scored.counts.errorRecords });
    }
    return counts;
  } finally {
    // Of shards that nobody waits for any more.
    for (const spool of spools) await spool.close();
  }
}

interface PlacedShard {
  readonly shard: Shard;
  readonly instance: Instance;
}

/** Shards go round the instances, the first to the one whose object it is. */
async function* placedShards(input: InputObject, home: Instance, run: ShardRun): AsyncGenerator<PlacedShard> {
  const { instances, job, signal } = run;
  const single = home.settings.batchStrategy === 'SingleRecord';
  const shards = shardsOf({
    bytes: input.object.bytes,
    shardBytes: job.shardBytes,
    maxBytes: single ? Infinity : home.maxPayloadBytes,
    read: (start, end) => readInput(input, job, { signal, start, end }),
  });
  let next = instances.indexOf(home);
  for await (const shard of shards) {
    yield { shard, instance: instances[next % instances.length] as Instance };
    next += 1;
  }
}

interface ScoredShard {
  readonly output: Spool;
  /** Their lines are counted from the shard's first. */
  readonly errors: readonly ErrorEntry[];
  readonly counts: RangeCounts;
}

async function scoreShard(
  input: InputObject,
  { shard, instance }: PlacedShard,
  output: Spool,
  run: ShardRun,
): Promise<ScoredShard> {
  const signal = AbortSignal.any([run.signal, instance.signal]);
  const errors: ErrorEntry[] = [];
  const onErrors = async (found: readonly ErrorEntry[]): Promise<void> => void errors.push(...found);
  try {
    const into = { lines: new LineOutput(output), onErrors };
    const counts = await transformRange(input, shard, into, { run, instance, signal });
    return { output, errors, counts };
  } catch (error) {
    if (instance.signal.aborted && !run.signal.aborted) throw died(instance.signal.reason);
    throw inObject(error, shard, instance);
  }
}

/** The container of another instance than the object's own. */
function died(why: unknown): InvocationError {
  return new InvocationError(messageOf(why), {
    failure: 'connection',
    dataLog: ['Unable to get response from algorithm'],
    cause: why,
  });
}

/** The same error with its place in the object instead of the shard. */
function inObject(error: unknown, { start }: Shard, { maxPayloadBytes }: Instance): unknown {
  if (error instanceof MiniBatchError) return new MiniBatchError(start + error.offset, error.cause);
  if (error instanceof TooLargeError) return new TooLargeError(start + error.offset, error.bytes, maxPayloadBytes);
  return error;
}

function numbered(errors: readonly ErrorEntry[], linesBefore: number): ErrorEntry[] {
  return errors.map((entry) => ({ ...entry, line: entry.line + linesBefore }));
}
