import type { PriceTable } from '../../transform/report/prices.ts';

export interface CostOptions {
  readonly instanceType: string;
  readonly instanceCount: number;
  /** TransformStartTime; undefined while the instances are being started, which is not billed. */
  readonly startTime: Date | undefined;
  /** TransformEndTime; now by default, of a job that runs. */
  readonly endTime?: Date | undefined;
  readonly prices: PriceTable;
}

/** What a job has cost, by the price list. */
export interface JobCost {
  /** Billed, of each instance. */
  readonly seconds: number;
  /** In the list's currency; undefined where the price is not known, which `reason` says. */
  readonly amount: number | undefined;
  readonly currency: string;
  readonly reason?: string;
}

/**
 * The cost of a running or ended job: every instance from TransformStartTime to TransformEndTime, as
 * DescribeTransformJob documents the billing.
 */
export function costOf(options: CostOptions): JobCost {
  const { instanceType, instanceCount, startTime, endTime = new Date(), prices } = options;
  const { currency } = prices;
  const seconds = startTime === undefined ? 0 : Math.max(0, (endTime.getTime() - startTime.getTime()) / 1000);
  const price = prices.instances.find(({ type }) => type === instanceType);
  if (price === undefined) return { seconds, amount: undefined, currency, reason: unknownPrice(instanceType, prices) };
  return { seconds, amount: (seconds / 3600) * instanceCount * price.perHour, currency };
}

/** Why there is no cost. */
export function unknownPrice(instanceType: string, { asOf, region }: PriceTable): string {
  return `the price of ${instanceType} is not in the list of ${asOf} for ${region} (give one with --prices FILE)`;
}
