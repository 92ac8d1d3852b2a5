import { z } from 'zod';
import type { CreateModelRequest } from '../../sagemaker-api/create-model.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';

/** A model as it is kept: what it was made of. Times are milliseconds since 1970. */
export interface StoredModel {
  readonly request: CreateModelRequest;
  readonly creationTime: number;
}

export type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** How far a job has come. */
export interface JobProgress {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly miniBatches: number;
  readonly retries: number;
  /** What the containers say they scored; undefined for containers that do not say. */
  readonly records?: number;
  readonly errorRecords?: number;
}

export interface StoredJob {
  readonly request: CreateTransformJobRequest;
  readonly status: JobStatus;
  readonly creationTime: number;
  readonly lastModifiedTime: number;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly failureReason?: string;
  readonly progress: JobProgress;
}

export function isUnderWay({ status }: StoredJob): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

const milliseconds = z.number().nonnegative();

/** Enough to know that a file is ours and whole; requests were checked when they came. */
export const storedModelSchema = z.object({
  request: z.custom<CreateModelRequest>(hasName('ModelName'), 'expected a CreateModel request'),
  creationTime: milliseconds,
}) satisfies z.ZodType<StoredModel>;

const count = z.number().nonnegative();

export const storedJobSchema = z.object({
  request: z.custom<CreateTransformJobRequest>(hasName('TransformJobName'), 'expected a CreateTransformJob request'),
  status: z.enum(['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped']),
  creationTime: milliseconds,
  lastModifiedTime: milliseconds,
  startTime: z.exactOptional(milliseconds),
  endTime: z.exactOptional(milliseconds),
  failureReason: z.exactOptional(z.string()),
  progress: z.object({
    objects: count,
    objectsDone: count,
    bytes: count,
    bytesDone: count,
    miniBatches: count,
    retries: count,
    records: z.exactOptional(count),
    errorRecords: z.exactOptional(count),
  }),
}) satisfies z.ZodType<StoredJob>;

function hasName(member: string): (value: unknown) => boolean {
  return (value) => typeof (value as Record<string, unknown> | null)?.[member] === 'string';
}
