import { DescribeTransformJobCommand, type DescribeTransformJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { BatchlineError } from '../../errors.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { awsCode, callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { requestOf } from './request-of.ts';

export type JobStatus = 'InProgress' | 'Stopping' | 'Completed' | 'Failed' | 'Stopped';

/** A job as Describe answers it. */
export interface DescribedJob {
  readonly name: string;
  readonly arn: string;
  readonly status: JobStatus;
  readonly failureReason?: string;
  readonly request: CreateTransformJobRequest;
  readonly creationTime: Date;
  /** When the instances began to cost. */
  readonly startTime?: Date;
  readonly endTime?: Date;
}

/**
 * One look at a job.
 * @throws BatchlineError INVALID_INPUT if there is no such job; JOB_FAILED for calls that fail otherwise
 */
export async function describeJob(
  name: string,
  { clients, signal }: Pick<Step, 'clients' | 'signal'>,
): Promise<DescribedJob> {
  const call = { operation: 'DescribeTransformJob', action: 'sagemaker:DescribeTransformJob', about: name };
  try {
    const command = new DescribeTransformJobCommand({ TransformJobName: name });
    return jobOf(await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal));
  } catch (error) {
    throw isUnknown(error) ? unknownJob(name, clients.region, error) : error;
  }
}

export function hasEnded({ status }: Pick<DescribedJob, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}

function jobOf(described: DescribeTransformJobCommandOutput): DescribedJob {
  const { FailureReason: reason, TransformStartTime: start, TransformEndTime: end } = described;
  return {
    name: described.TransformJobName ?? '',
    arn: described.TransformJobArn ?? '',
    status: (described.TransformJobStatus ?? 'InProgress') as JobStatus,
    ...(reason === undefined ? {} : { failureReason: reason }),
    request: requestOf(described),
    creationTime: described.CreationTime ?? new Date(),
    ...(start === undefined ? {} : { startTime: start }),
    ...(end === undefined ? {} : { endTime: end }),
  };
}

/** The same code stands for names that cannot be: those say "validation error". */
function isUnknown(error: unknown): error is BatchlineError {
  if (!(error instanceof BatchlineError) || error.message.includes('validation error')) return false;
  return ['ValidationException', 'ResourceNotFound'].includes(awsCode(error) ?? '');
}

function unknownJob(name: string, region: string, error: BatchlineError): BatchlineError {
  return new BatchlineError(
    'INVALID_INPUT',
    `${name}: no such transform job in ${region} in this account (check the name, --region and --profile; ` +
      `\`aws sagemaker list-transform-jobs --region ${region}\` lists those there are)`,
    { cause: error.cause },
  );
}
