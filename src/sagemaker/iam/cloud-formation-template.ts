import { Document, type Scalar, visit } from 'yaml';
import type { IamOptions } from './iam-options.ts';
import { repositories } from './repositories.ts';
import { templateBuckets } from './template-buckets.ts';
import { fromStack } from './template-part.ts';
import { templateRepository } from './template-repository.ts';
import { templateRoles } from './template-roles.ts';

/**
 * A template, in YAML, of all that a launch wants to be there: buckets, repository, execution role, and a policy for
 * whoever launches. Account, region and partition are the stack's. What exists already is left out by parameters.
 */
export function cloudFormationTemplate({ launch }: Pick<IamOptions, 'launch'>): string {
  const stack = {
    region: fromStack('AWS::Region'),
    account: fromStack('AWS::AccountId'),
    partition: fromStack('AWS::Partition'),
  };
  const options = { ...stack, launch };
  const isPushed = repositories(options).own !== undefined;
  const parts = [
    templateBuckets(options),
    ...(launch.image && isPushed ? [templateRepository(launch.image)] : []),
    templateRoles(options),
  ];
  const all = <K extends keyof (typeof parts)[number]>(member: K) =>
    Object.assign({}, ...parts.map((part) => part[member])) as (typeof parts)[number][K];
  const optional = Object.entries(all('optional'));
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `What batchline launch wants to be there for ${launch.name}; batchline launch iam wrote it`,
    Parameters: Object.fromEntries(optional.map(([name, about]) => [name, yesOrNo(about)])),
    Conditions: Object.fromEntries(optional.map(([name]) => [`${name}Too`, { 'Fn::Equals': [{ Ref: name }, 'yes'] }])),
    Resources: all('resources'),
    Outputs: all('outputs'),
  };
  // CloudFormation reads YAML 1.1, where yes and 2012-10-17 are no texts unless they are quoted.
  const document = new Document(template, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => substitute(node) });
  return document.toString({ lineWidth: 0 });
}

function yesOrNo(about: string): object {
  return { Description: about, Type: 'String', AllowedValues: ['yes', 'no'], Default: 'yes' };
}

/** What the stack puts in; the rest of the kind are IAM's own variables, which Fn::Sub passes on as `${!…}`. */
const ofStack = /\$\{(?=AWS::|ExecutionRole\.|DeployerPolicy\.)/;
const ofIam = /\$\{(?!AWS::|ExecutionRole\.|DeployerPolicy\.)/g;

function substitute(node: Scalar): void {
  if (typeof node.value !== 'string' || !ofStack.test(node.value)) return;
  node.value = node.value.replace(ofIam, '${!');
  node.tag = '!Sub';
}
