import type { Launch } from '../launch-file/launch.ts';

export interface IamOptions {
  readonly region: string;
  /** Twelve digits, or CloudFormation's `${AWS::AccountId}`. */
  readonly account: string;
  /** By default the region's: aws, aws-cn, aws-us-gov. */
  readonly partition?: string;
  readonly launch: Launch;
}

export function partitionOf({ region, partition }: IamOptions): string {
  if (partition !== undefined) return partition;
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The role that the launch file names, or else the one that the template makes. */
export function executionRoleArn(options: IamOptions): string {
  const { account, launch } = options;
  const made = `arn:${partitionOf(options)}:iam::${account}:role/${launch.name}-execution`;
  return launch.createModel.ExecutionRoleArn ?? made;
}
