import { costOf } from '../cost/cost-of.ts';
import type { FinishOptions } from './finish-options.ts';
import type { JobCost } from './outcome.ts';

/** What a job has cost, or why that is not known; neither of a job whose instances never started. */
export function costOfJob({ job, request, prices }: FinishOptions): {
  readonly cost?: JobCost;
  readonly problem?: string;
} {
  const { InstanceType: instanceType, InstanceCount: instanceCount } = request.TransformResources;
  const { startTime, endTime } = job;
  if (!startTime || !endTime) return {};
  const { amount, seconds, currency, reason } = costOf({ instanceType, instanceCount, startTime, endTime, prices });
  if (amount === undefined) return { problem: `the cost is not known: ${reason}` };
  const perHour = prices.instances.find(({ type }) => type === instanceType)?.perHour ?? 0;
  return { cost: { amount, currency, billedSeconds: seconds * instanceCount, perHour } };
}
