import type { Problem } from '../../step.ts';
import { hint } from '../findings.ts';
import type { Ruled } from './ruled.ts';

/** When `shard: auto` will cut nothing. */
export function shardRules({ launch: { job, shard } }: Ruled): Problem[] {
  if (shard === 'none') return [];
  const { InstanceCount: count } = job.TransformResources;
  const { CompressionType: compression = 'None', SplitType: split = 'None' } = job.TransformInput;
  const why =
    count === 1
      ? 'InstanceCount is 1, and one instance needs no shards'
      : compression === 'Gzip'
        ? 'an object that is compressed as a whole has no places to cut it at (store it without gzip)'
        : split !== 'Line'
          ? `objects are cut at newlines, and SplitType is ${split} (set SplitType Line)`
          : undefined;
  return why === undefined ? [] : [hint(`shard: auto has no effect: ${why}`)];
}
