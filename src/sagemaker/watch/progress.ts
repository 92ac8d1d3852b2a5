import { count, plural } from '../../transform/report/figures.ts';
import type { LaunchEvent } from '../tell.ts';
import type { ObjectCount } from './count-objects.ts';
import type { CountedRecords } from './count-records.ts';
import type { DescribedJob } from './describe-job.ts';

/** Dollars that a job has cost from its start to some time; undefined where the price is not known. */
export type CostOf = (job: {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly startTime: Date;
  readonly endTime: Date;
}) => number | undefined;

export interface Progress {
  readonly job: DescribedJob;
  readonly objects: ObjectCount | undefined;
  readonly counted: CountedRecords | undefined;
  readonly cost: number | undefined;
}

/** How far a job is, for programs and as one line for people: `InProgress 3 min 12 s · 4/12 objects · … · $0.02`. */
export function progressEvent({ job, objects, counted, cost }: Progress): LaunchEvent {
  const seconds = secondsOf(job);
  const parts = [
    `${job.status} ${duration(seconds)}`,
    objects && `${count(objects.objectsDone)}/${plural(objects.objects, 'object')}`,
    counted && countedText(counted),
    cost === undefined ? undefined : dollars(cost),
  ];
  return {
    event: 'progress',
    message: parts.filter((part) => part !== undefined).join(' · '),
    details: { status: job.status, seconds, ...objects, ...counted, ...(cost === undefined ? {} : { cost }) },
  };
}

/** What a job has cost until now, or its end; undefined before its instances have started. */
export function costSoFar(
  { request, startTime, endTime }: DescribedJob,
  costOf: CostOf | undefined,
): number | undefined {
  if (!costOf || !startTime) return undefined;
  const { InstanceType: instanceType, InstanceCount: instanceCount } = request.TransformResources;
  return costOf({ instanceType, instanceCount, startTime, endTime: endTime ?? new Date() });
}

/** Since it was created; whole seconds. A clock that is behind the service's makes no negative ones. */
export function secondsOf({ creationTime, endTime = new Date() }: DescribedJob): number {
  return Math.max(0, Math.round((endTime.getTime() - creationTime.getTime()) / 1000));
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Small jobs cost less than a cent. */
function dollars(cost: number): string {
  return `$${cost.toFixed(cost < 0.01 ? 4 : 2)}`;
}

function countedText({ records, errors, recordsPerSecond }: CountedRecords): string {
  const rate = recordsPerSecond === undefined ? [] : [`${count(Math.round(recordsPerSecond))} records/s`];
  return [plural(records, 'record'), plural(errors, 'error'), ...rate].join(', ');
}
