import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { BatchlineError } from '../../errors.ts';
import { callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';
import type { RegistryLogin } from './registry.ts';

export interface EcrLogin extends RegistryLogin {
  /** Of the account in the region: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`. */
  readonly host: string;
}

/** A token for the account's registry, good for 12 hours. What it says of its end is not checked: the registry does. */
export async function fetchEcrLogin({ clients, signal }: Pick<Step, 'clients' | 'signal'>): Promise<EcrLogin> {
  const about = `ECR in ${clients.region}`;
  const call = { operation: 'GetAuthorizationToken', action: 'ecr:GetAuthorizationToken', about };
  const send = () => clients.ecr.send(new GetAuthorizationTokenCommand({}), { abortSignal: signal });
  const { authorizationData } = await callAws(call, send, signal);
  const { authorizationToken = '', proxyEndpoint = '' } = authorizationData?.[0] ?? {};
  const decoded = Buffer.from(authorizationToken, 'base64').toString('utf8');
  const colon = decoded.indexOf(':'); // the first: a password may have more of them
  if (colon < 1 || !URL.canParse(proxyEndpoint)) {
    throw new BatchlineError(
      'JOB_FAILED',
      `${about}: GetAuthorizationToken answered without a token of the form user:password and the registry's address`,
    );
  }
  const { host } = new URL(proxyEndpoint);
  return { host, username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
