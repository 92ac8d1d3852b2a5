import type { IamOptions } from './iam-options.ts';
import { type Policy, policyOf } from './policy.ts';

/**
 * Who may assume the execution role: SageMaker, for this account's models and jobs, so that nobody else's can use it
 * through the service (AWS: cross-service confused deputy prevention).
 */
export function trustPolicy({ account }: IamOptions): Policy {
  return policyOf([
    {
      Sid: 'SageMaker',
      Effect: 'Allow',
      Principal: { Service: 'sagemaker.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ]);
}
