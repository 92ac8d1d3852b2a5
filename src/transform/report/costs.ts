import type { PriceTable } from './prices.ts';

/** What the job used here. */
export interface MeasuredUse {
  /** Of the whole job, in seconds. */
  readonly seconds: number;
  /** CPU time of all servers; undefined where it is not known. */
  readonly serverCpuSeconds?: number | undefined;
  /** Of this machine. */
  readonly cores: number;
  readonly serverPeakBytes?: number | undefined;
}

export interface CostEstimate {
  readonly instanceType: string;
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly perHour: number;
  readonly seconds: number;
  readonly cost: number;
  /** Whether the servers' memory at its peak fits into the instance's; undefined where it is not known. */
  readonly fits?: boolean;
}

export interface CostReport {
  readonly estimates: readonly CostEstimate[];
  readonly cpuSeconds: number;
  readonly assumption: string;
  readonly prices: Omit<PriceTable, 'instances'>;
}

const gibibyte = 1024 ** 3;

/** The same job on one instance of each type. */
export function estimateCosts(use: MeasuredUse, { instances, ...prices }: PriceTable): CostReport {
  const cpuSeconds = use.serverCpuSeconds ?? use.seconds * use.cores;
  const estimates = instances.map(({ type, vCpus, memoryGiB, perHour }) => {
    const seconds = cpuSeconds / vCpus;
    const fits = use.serverPeakBytes === undefined ? {} : { fits: use.serverPeakBytes < memoryGiB * gibibyte };
    return { instanceType: type, vCpus, memoryGiB, perHour, seconds, cost: (seconds / 3600) * perHour, ...fits };
  });
  return { estimates, cpuSeconds, assumption: assumption(use), prices };
}

function assumption({ serverCpuSeconds, cores }: MeasuredUse): string {
  const basis =
    serverCpuSeconds === undefined
      ? `The servers' CPU time is not known: the time of the job times this machine's ${cores} cores stands for it, which is the most it can be.`
      : "The servers' measured CPU time, divided by the instance's vCPUs.";
  return `${basis} It is assumed that one vCPU does what one core does here, and that all of them have work. Reading from and writing to S3, and the start of the instance (which is not billed), are not in it.`;
}
