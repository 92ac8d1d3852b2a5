import { messageOf } from '../../errors.ts';
import type { Step } from '../step.ts';
import { eachAtOnce } from './each-at-once.ts';
import { planUri } from './plan-file.ts';
import { planFolder } from './shard-folders.ts';
import type { ShardPlan } from './shard-plan.ts';

const removedAtOnce = 16;

/**
 * Removes every temporary key of a plan, and unfinished uploads, also those of its outputs that killed runs left. The plan
 * itself goes last: as long as it is there, this can be done again.
 */
export async function removeShards(
  plan: ShardPlan,
  { openStore, tell, signal }: Pick<Step, 'openStore' | 'tell' | 'signal'>,
): Promise<void> {
  const { store, key: folder } = openStore(planFolder(plan));
  const { key: planKey } = openStore(planUri(plan));
  const keys: string[] = [];
  for await (const { key } of store.list(folder, signal)) if (key !== planKey) keys.push(key);
  await eachAtOnce(keys, (key, inside) => store.remove(key, inside), {
    atOnce: removedAtOnce,
    signal,
    onProgress: (done) =>
      tell({ event: 'shard', message: `${done} of ${keys.length} temporary objects are removed`, details: { done } }),
  });
  try {
    await store.removeUnfinished?.(folder, signal);
    const outputs = plan.objects.map(({ input }) => input.output);
    const unfinished = (output: (typeof outputs)[number], inside: AbortSignal): Promise<void> =>
      output.store.removeUnfinished?.(output.key, inside) ?? Promise.resolve();
    await eachAtOnce(outputs, unfinished, { atOnce: removedAtOnce, signal });
  } catch (error) {
    signal.throwIfAborted();
    tell({ event: 'note', message: `unfinished uploads may have been left: ${messageOf(error)}` });
  }
  await store.remove(planKey, signal);
}
