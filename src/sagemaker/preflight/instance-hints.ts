import type { InputObject } from '../../transform/job.ts';
import type { Launch } from '../launch-file/launch.ts';
import type { Problem } from '../step.ts';
import { hint } from './findings.ts';

/** Whether the objects can keep the instances busy: one is never divided between two, unless the launch cuts it. */
export function instanceHints(inputs: readonly InputObject[], { job, shard }: Launch): Problem[] {
  const { InstanceCount: count } = job.TransformResources;
  if (count === 1 || shard === 'auto') return [];
  const filled = inputs.filter(({ object }) => object.bytes > 0);
  if (filled.length < count) {
    return [
      hint(
        `TransformResources.InstanceCount is ${count}, but the input has ${filled.length} ${filled.length === 1 ? 'object' : 'objects'}: the other instances are paid for without work (set \`shard: auto\`, which cuts objects for the instances, or InstanceCount ${Math.max(1, filled.length)})`,
      ),
    ];
  }
  const bytes = filled.reduce((sum, { object }) => sum + object.bytes, 0);
  const largest = filled.reduce((a, b) => (b.object.bytes > a.object.bytes ? b : a));
  const share = largest.object.bytes / bytes;
  if (share <= 2 / count) return [];
  return [
    hint(
      `${largest.name} is ${Math.round(share * 100)} % of all input: of ${count} instances, ${count - 1} will wait for the one that has it (set \`shard: auto\`, which cuts objects for the instances)`,
    ),
  ];
}
