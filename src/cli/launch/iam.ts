import { BatchlineError } from '../../errors.ts';
import { regionOf } from '../../sagemaker/clients.ts';
import { cloudFormationTemplate } from '../../sagemaker/iam/cloud-formation-template.ts';
import { deployerPolicy } from '../../sagemaker/iam/deployer-policy.ts';
import { executionRolePolicy } from '../../sagemaker/iam/execution-role-policy.ts';
import type { IamOptions } from '../../sagemaker/iam/iam-options.ts';
import { trustPolicy } from '../../sagemaker/iam/trust-policy.ts';
import type { Launch } from '../../sagemaker/launch-file/launch.ts';
import { readLaunchFile } from '../../sagemaker/launch-file/read-launch-file.ts';
import { tellFailure } from '../failure.ts';
import type { LaunchFlags } from './flags.ts';
import { noRegion } from './session.ts';

export interface IamFlags extends LaunchFlags {
  readonly print: 'template' | 'execution-role' | 'trust' | 'deployer';
  readonly account?: string;
}

/** `launch iam`: asks nothing of AWS. */
export async function runIam(flags: IamFlags): Promise<number> {
  try {
    process.stdout.write(await textOf(flags));
    return 0;
  } catch (error) {
    return tellFailure(error);
  }
}

async function textOf(flags: IamFlags): Promise<string> {
  const { launch, region: fileRegion } = await readLaunchFile(flags.file, flags.set);
  if (flags.print === 'template') return cloudFormationTemplate({ launch });
  const region = flags.region ?? fileRegion ?? (await regionOf(flags.profile));
  if (region === undefined) throw noRegion();
  const options: IamOptions = { launch, region, account: flags.account ?? accountOf(launch) };
  const policies = { 'execution-role': executionRolePolicy, trust: trustPolicy, deployer: deployerPolicy };
  return `${JSON.stringify(policies[flags.print](options), undefined, 2)}\n`;
}

/** The role's. */
function accountOf({ createModel: { ExecutionRoleArn: arn } }: Launch): string {
  const account = arn?.split(':')[4];
  if (account !== undefined) return account;
  throw new BatchlineError(
    'INVALID_SETTING',
    '--account: expected the 12 digits of the account, because the launch file names no ExecutionRoleArn; received none',
  );
}
