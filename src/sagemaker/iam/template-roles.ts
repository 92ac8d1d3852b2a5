import { deployerPolicy } from './deployer-policy.ts';
import { executionRolePolicy } from './execution-role-policy.ts';
import { executionRoleArn, type IamOptions } from './iam-options.ts';
import { fromStack, type TemplatePart } from './template-part.ts';
import { trustPolicy } from './trust-policy.ts';

/** How the template calls the role that it makes. */
const roleOfStack = fromStack('ExecutionRole.Arn');

/** The execution role, unless the model exists and has one, and a policy for whoever launches. */
export function templateRoles(options: IamOptions): TemplatePart {
  const { createModel, job } = options.launch;
  const isMade = job.ModelName === undefined;
  const launch = { ...options.launch, createModel: { ...createModel, ExecutionRoleArn: roleOfStack } };
  return {
    optional: {},
    resources: {
      ...(isMade ? { ExecutionRole: executionRole(options) } : {}),
      DeployerPolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `What batchline launch does for ${launch.name}`,
          PolicyDocument: deployerPolicy({ ...options, launch }),
        },
      },
    },
    outputs: {
      ...(isMade
        ? { ExecutionRoleArn: { Description: 'In launch.yaml: CreateModel.ExecutionRoleArn', Value: roleOfStack } }
        : {}),
      DeployerPolicyArn: {
        Description: 'To be attached to the user or role that runs batchline launch',
        Value: fromStack('DeployerPolicy.PolicyArn'),
      },
    },
  };
}

function executionRole(options: IamOptions): object {
  const [, path = '/', name] = /:role(\/(?:.*\/)?)(.*)$/.exec(executionRoleArn(options)) ?? [];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Path: path,
      Description: `What SageMaker does for ${options.launch.name}`,
      AssumeRolePolicyDocument: trustPolicy(options),
      Policies: [{ PolicyName: 'transform', PolicyDocument: executionRolePolicy(options) }],
    },
  };
}
