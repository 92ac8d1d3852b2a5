import { type IamOptions, partitionOf } from './iam-options.ts';

/** The log group that SageMaker writes the logs of all transform jobs to. */
export function logGroupArn(options: IamOptions): string {
  const { region, account } = options;
  return `arn:${partitionOf(options)}:logs:${region}:${account}:log-group:/aws/sagemaker/TransformJobs`;
}
