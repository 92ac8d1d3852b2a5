import { BatchlineError } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Step } from '../step.ts';
import { eachAtOnce } from './each-at-once.ts';
import { encryptionOf, writePlan } from './plan-file.ts';
import type { ShardPlan } from './shard-plan.ts';
import { type Shard, shardsOf } from './shards-of.ts';

/** Each is up to eight requests at a time. */
const shardsAtOnce = 4;

/**
 * Copies the ranges of a plan to keys of their own, on S3's side, and gives the request of the job over them, which
 * reads and writes elsewhere and is otherwise the one that was asked for. What an earlier run has copied stays.
 * @throws BatchlineError JOB_FAILED when an input is no longer the one of the plan
 */
export async function cutShards(
  plan: ShardPlan,
  step: Pick<Step, 'openStore' | 'tell' | 'signal'>,
): Promise<CreateTransformJobRequest> {
  const { tell, signal, openStore } = step;
  // First of all: whoever finds shards must find what they are of.
  await writePlan(plan, false, step);
  const { store, key: prefix } = openStore(plan.inputPrefix);
  const there = new Map<string, number>();
  for await (const { key, bytes } of store.list(prefix, signal)) there.set(store.root + key, bytes);
  const shards = shardsOf(plan);
  const missing = shards.filter(({ from, start, end }) => there.get(from) !== end - start);
  const details = { shards: shards.length, objects: plan.objects.length, prefix: plan.inputPrefix };
  const say = (message: string, copied: number): void =>
    tell({ event: 'shard', message, details: { ...details, copied, missing: missing.length } });
  await eachAtOnce(missing, (shard, inside) => copy(plan, shard, { store, openStore, signal: inside }), {
    atOnce: shardsAtOnce,
    signal,
    onProgress: (done) => say(`cutting: ${done} of ${missing.length} shards are copied`, done),
  });
  const made = missing.length === shards.length ? '' : `, ${missing.length} of them now`;
  say(`${plan.objects.length} objects are cut into ${shards.length} shards${made}`, missing.length);
  return requestOver(plan);
}

interface Copying extends Pick<Step, 'openStore' | 'signal'> {
  readonly store: ObjectStore;
}

async function copy(plan: ShardPlan, shard: Shard, { store, openStore, signal }: Copying): Promise<void> {
  const { input, start, end, from } = shard;
  if (store.compose === undefined) {
    throw new BatchlineError('INVALID_INPUT', `${from}: expected a store that can copy ranges, such as S3`);
  }
  const pieces = [{ object: input.object, store: input.store, start, end }];
  await store.compose(openStore(from).key, pieces, { signal, ...encryptionOf(plan) });
}

function requestOver({ request, inputPrefix, outputPrefix }: ShardPlan): CreateTransformJobRequest {
  const { TransformInput: input, TransformOutput: output } = request;
  return {
    ...request,
    TransformInput: { ...input, DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: inputPrefix } } },
    TransformOutput: { ...output, S3OutputPath: outputPrefix.slice(0, -1) },
  };
}
