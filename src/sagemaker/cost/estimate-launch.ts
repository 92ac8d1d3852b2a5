import type { PriceTable } from '../../transform/report/prices.ts';
import type { Launch } from '../launch-file/launch.ts';
import { unknownPrice } from './cost-of.ts';
import { vCpusOf } from './vcpus-of.ts';

export interface EstimateOptions {
  readonly launch: Launch;
  /** Undefined where it could not be listed. */
  readonly input: { readonly objects: number; readonly bytes: number } | undefined;
  readonly prices: PriceTable;
  /** Where the job would run; by default where the prices are of. */
  readonly region?: string;
  /** What a vCPU scores in a second, in MB; by default what batchline's own models were measured at. */
  readonly megabytesPerVCpuSecond?: number;
}

/** What a job may take, before it is started. */
export interface LaunchEstimate {
  readonly instanceType: string;
  readonly instanceCount: number;
  /** Instances that the objects can keep busy; the others are paid for all the same. */
  readonly busyInstances: number;
  /** Undefined where the input, or the type's vCPUs, is not known. */
  readonly seconds: number | undefined;
  readonly cost: number | undefined;
  readonly currency: string;
  /** What the numbers rest on, and why there are none. */
  readonly assumptions: readonly string[];
}

/**
 * Half of 100 MB a CPU-second: bench/RESULTS.md has 233 for real outlets and 137 for rows of numbers, over HTTP and with
 * the output; S3, and older processors, take their share, and a vCPU is half a core.
 */
const defaultMegabytes = 50;

/** Seconds and dollars of a launch, with what they rest on. It is an estimate of the order, and says so. */
export function estimateLaunch(options: EstimateOptions): LaunchEstimate {
  const { launch, input, prices, megabytesPerVCpuSecond: megabytes = defaultMegabytes } = options;
  const { InstanceType: instanceType, InstanceCount: instanceCount } = launch.job.TransformResources;
  const price = prices.instances.find(({ type }) => type === instanceType);
  const vCpus = price?.vCpus ?? vCpusOf(instanceType);
  const busyInstances = input === undefined ? instanceCount : busy(launch, input.objects);
  const seconds =
    input === undefined || vCpus === undefined ? undefined : input.bytes / (megabytes * 1e6 * vCpus * busyInstances);
  const cost =
    seconds === undefined || price === undefined ? undefined : (seconds / 3600) * price.perHour * instanceCount;
  const assumptions = [
    ...(input === undefined ? ['The input could not be listed.'] : []),
    ...(vCpus === undefined ? [`How many vCPUs ${instanceType} has is not known.`] : []),
    ...(seconds === undefined ? [] : throughput({ megabytes, vCpus: vCpus as number, busyInstances })),
    ...idle(busyInstances, instanceCount),
    ...(launch.job.TransformInput.CompressionType === 'Gzip'
      ? ['The input is compressed, and its stored bytes were counted: it takes longer by as much as it is longer.']
      : []),
    price === undefined ? `No cost: ${unknownPrice(instanceType, prices)}.` : origin(price.perHour, options),
    'Billed from TransformStartTime to TransformEndTime; the minutes before, in which instances start, are not.',
  ];
  return { instanceType, instanceCount, busyInstances, seconds, cost, currency: prices.currency, assumptions };
}

/** A few lines for people. */
export function estimateText({ instanceType, instanceCount, seconds, cost, currency, assumptions }: LaunchEstimate) {
  const time = seconds === undefined ? 'time not known' : `about ${duration(seconds)}`;
  const money = cost === undefined ? 'cost not known' : `about ${cost.toFixed(cost < 0.1 ? 4 : 2)} ${currency}`;
  return `${[`estimate: ${instanceCount} × ${instanceType}: ${time}, ${money}`, ...assumptions.map((text) => `  ${text}`)].join('\n')}\n`;
}

/** Objects are never divided between instances, unless they are cut. */
function busy({ job, shard }: Launch, objects: number): number {
  const { TransformInput: input, TransformOutput: output, DataCaptureConfig: capture } = job;
  const { InstanceCount: count } = job.TransformResources;
  const isLines = input.SplitType === 'Line' && output.AssembleWith === 'Line' && input.CompressionType !== 'Gzip';
  return shard === 'auto' && isLines && capture === undefined ? count : Math.max(1, Math.min(count, objects));
}

function throughput(of: { megabytes: number; vCpus: number; busyInstances: number }): string[] {
  return [
    `Assumed: ${of.megabytes} MB of input a second and vCPU, ${of.vCpus} vCPUs, ${of.busyInstances} ${of.busyInstances === 1 ? 'instance' : 'instances'} at work, objects of like size. That is what batchline's linear models were measured at, halved; another model, or MaxConcurrentTransforms 1, may take many times as long.`,
  ];
}

function idle(busyInstances: number, count: number): string[] {
  if (busyInstances === count) return [];
  return [`${count - busyInstances} of ${count} instances have no object, and are paid for.`];
}

function origin(perHour: number, { prices, region = prices.region }: EstimateOptions): string {
  const elsewhere = region === prices.region ? '' : `; in ${region} it is another`;
  return `Price: ${perHour} ${prices.currency} an hour, ${prices.region}, as of ${prices.asOf}${elsewhere}.`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
