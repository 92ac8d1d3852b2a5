import { type Account, arnOf } from '../resource-names.ts';
import type { StoredJob, StoredModel } from '../state/stored.ts';

/** Epoch seconds, which the API writes times in. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** DescribeModel's reply. */
export function describeModel({ request, creationTime }: StoredModel, account: Account): object {
  const { Tags: _, PrimaryContainer: primary, Containers: several, ...rest } = request;
  const filled = (container: object) => ({ Mode: 'SingleModel', Environment: {}, ...container });
  return {
    ...rest,
    ...(primary === undefined ? {} : { PrimaryContainer: filled(primary) }),
    ...(several === undefined ? {} : { Containers: several.map(filled) }),
    ModelArn: arnOf(account, 'model', request.ModelName),
    CreationTime: seconds(creationTime),
    EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
  };
}

/** DescribeTransformJob's reply, with the defaults that the service was seen to fill in. */
export function describeJob(job: StoredJob, account: Account): object {
  const { Tags: _, TransformInput: input, TransformOutput: output, ...rest } = job.request;
  return {
    ...rest,
    ...statusOf(job, account),
    TransformInput: { CompressionType: 'None', SplitType: 'None', ...input },
    TransformOutput: { AssembleWith: 'None', KmsKeyId: '', ...output },
    DataProcessing: { InputFilter: '$', OutputFilter: '$', JoinSource: 'None', ...job.request.DataProcessing },
    ...(job.startTime === undefined ? {} : { TransformStartTime: seconds(job.startTime) }),
  };
}

/** One of ListTransformJobs' summaries. */
export function summariseJob(job: StoredJob, account: Account): object {
  const { TransformJobName } = job.request;
  return { TransformJobName, ...statusOf(job, account), LastModifiedTime: seconds(job.lastModifiedTime) };
}

function statusOf(job: StoredJob, account: Account): object {
  return {
    TransformJobArn: arnOf(account, 'transform-job', job.request.TransformJobName),
    TransformJobStatus: job.status,
    CreationTime: seconds(job.creationTime),
    ...(job.endTime === undefined ? {} : { TransformEndTime: seconds(job.endTime) }),
    ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
  };
}
