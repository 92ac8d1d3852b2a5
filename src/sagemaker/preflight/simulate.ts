import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';

export interface Simulation extends Pick<Step, 'clients' | 'signal'> {
  /** The ARN of a user or role. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * The actions that IAM says the principal's policies deny. One that may hang on a condition whose value is not known is
 * not among them. Policies of resources (buckets, keys) are not looked at.
 * @throws BatchlineError JOB_FAILED, above all where the caller may not ask
 */
export async function deniedActions(simulation: Simulation): Promise<string[]> {
  const { clients, signal, principal, actions, resource, context = {} } = simulation;
  const entries = Object.entries(context).map(([name, value]) => ({
    ContextKeyName: name,
    ContextKeyValues: [value],
    ContextKeyType: 'string' as const,
  }));
  const command = new SimulatePrincipalPolicyCommand({
    PolicySourceArn: principal,
    ActionNames: [...actions],
    ResourceArns: [resource],
    ...(entries.length > 0 ? { ContextEntries: entries } : {}), // an empty list would be sent as an empty text
  });
  const call = { operation: 'SimulatePrincipalPolicy', action: 'iam:SimulatePrincipalPolicy', about: principal };
  const send = () => clients.iam.send(command, { abortSignal: signal });
  const { EvaluationResults: results = [] } = await callAws(call, send, signal);
  return results.flatMap(
    ({ EvalActionName: action = '', EvalDecision: decision, MissingContextValues: missing = [] }) =>
      decision === 'explicitDeny' || (decision === 'implicitDeny' && missing.length === 0) ? [action] : [],
  );
}
