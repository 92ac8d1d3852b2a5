import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { BatchlineError } from '../../errors.ts';
import { callAws } from '../aws-call.ts';
import type { Identity, Step } from '../step.ts';

/**
 * Who the credentials belong to: the first call of a launch, which finds missing, expired and wrong ones.
 * @throws BatchlineError JOB_FAILED with a remedy
 */
export async function identify({ clients, signal }: Pick<Step, 'clients' | 'signal'>): Promise<Identity> {
  const { Account: account = '', Arn: arn = '' } = await callAws(
    { operation: 'GetCallerIdentity', action: 'sts:GetCallerIdentity', about: 'the credentials' },
    () => clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal }),
    signal,
  );
  if (/^\d{12}$/.test(account)) return { account, arn };
  throw new BatchlineError(
    'JOB_FAILED',
    `the credentials: GetCallerIdentity: expected an account of twelve digits, received ${JSON.stringify(account)} (check AWS_ENDPOINT_URL_STS)`,
  );
}
