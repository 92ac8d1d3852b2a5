import { BatchlineError } from '../../errors.ts';
import type { ObjectRange, StoredObject } from '../../storage/object-store.ts';
import type { Step } from '../step.ts';
import { eachAtOnce } from './each-at-once.ts';
import { encryptionOf, stateOf, writePlan } from './plan-file.ts';
import { removeShards } from './remove-shards.ts';
import type { ShardedObject, ShardPlan } from './shard-plan.ts';
import { type Shard, shardsOf } from './shards-of.ts';

type Stitching = Pick<Step, 'openStore' | 'tell' | 'signal'>;

const objectsAtOnce = 4;

/**
 * Puts the outputs of a completed job over shards together, in order, to what the job that was asked for would have
 * written, on S3's side; then removes the temporary keys. Harmless when repeated, also after it was killed anywhere, and
 * when two processes that watch the job do it at the same time.
 * @throws BatchlineError JOB_FAILED when a shard has no output; then nothing is written or removed
 */
export async function stitchOutputs(plan: ShardPlan, step: Stitching): Promise<void> {
  const isDone = async (): Promise<boolean> => (await stateOf(plan, step)) !== 'cut';
  if (!(await isDone())) {
    try {
      await stitch(plan, step);
    } catch (error) {
      step.signal.throwIfAborted();
      // Another process was quicker, and has begun to remove what this one was reading.
      if (!(await isDone())) throw error;
    }
  }
  await eachAtOnce(plan.objects, (object, signal) => verify(object, signal), { ...step, atOnce: 16 });
  await removeShards(plan, step);
}

async function stitch(plan: ShardPlan, step: Stitching): Promise<void> {
  const pieces = await outputsOf(plan, step);
  const write = async ({ input: { output } }: ShardedObject, signal: AbortSignal, of: Piece[]): Promise<void> => {
    await output.store.compose?.(output.key, of, { signal, ...encryptionOf(plan) });
    const found = await output.store.head(output.key, signal);
    const expected = of.reduce((sum, { end }) => sum + end, 0);
    if (found?.bytes === expected) return;
    throw failure(
      output,
      `expected ${expected} bytes, those of its ${of.length} shards, found ${found?.bytes ?? 'nothing'}`,
    );
  };
  const objects = plan.objects.filter(({ input }) => pieces.has(input));
  const say = (message: string, done: number): void =>
    step.tell({ event: 'shard', message, details: { stitched: done, objects: objects.length } });
  await eachAtOnce(objects, (object, signal) => write(object, signal, pieces.get(object.input) ?? []), {
    atOnce: objectsAtOnce,
    signal: step.signal,
    onProgress: (done) => say(`putting together: ${done} of ${objects.length} outputs are whole`, done),
  });
  await writePlan(plan, true, step);
  say(`${objects.length} outputs are put together from their shards`, objects.length);
}

type Piece = ObjectRange;

/** What each input's output is made of. An input without a byte may have no output. */
async function outputsOf(plan: ShardPlan, { openStore, signal }: Stitching): Promise<Map<Shard['input'], Piece[]>> {
  const { store, key: prefix } = openStore(plan.outputPrefix);
  const there = new Map<string, StoredObject>();
  for await (const object of store.list(prefix, signal)) there.set(store.root + object.key, object);
  const shards = shardsOf(plan);
  const missing = shards.filter(({ output, input }) => !there.has(output) && input.object.bytes > 0);
  if (missing.length > 0) throw withoutOutput(missing, shards.length);
  const pieces = new Map<Shard['input'], Piece[]>();
  for (const { input, output } of shards) {
    const object = there.get(output);
    if (object === undefined) continue;
    const piece = { object, store, start: 0, end: object.bytes };
    pieces.set(input, [...(pieces.get(input) ?? []), piece]);
  }
  return pieces;
}

/** After another process has put it together, or this one before it was killed. */
async function verify({ input: { object, output } }: ShardedObject, signal: AbortSignal): Promise<void> {
  if (object.bytes === 0 || (await output.store.head(output.key, signal))) return;
  throw failure(output, 'the shards of this output are gone, and it is not there (launch the job again)');
}

function withoutOutput(missing: readonly Shard[], all: number): BatchlineError {
  const named = missing.slice(0, 3).map(({ input, start, end, output }) => {
    return `bytes ${start} to ${end} of ${input.name} (${output})`;
  });
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  return new BatchlineError(
    'JOB_FAILED',
    `expected an output of each of ${all} shards, found none of ${named.join(', ')}${more}: see the job's logs about them, and launch it again`,
  );
}

function failure({ store, key }: Shard['input']['output'], what: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', `${store.root}${key}: ${what}`);
}
