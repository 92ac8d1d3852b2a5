import { StopTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { describeJob, hasEnded } from './describe-job.ts';

/**
 * Asks for a job to be stopped; it takes a while until it is. The service keeps none of its outputs. A job that has ended
 * already is fine.
 * @throws BatchlineError INVALID_INPUT if there is no such job; JOB_FAILED for calls that fail otherwise
 */
export async function stopJob({
  clients,
  tell,
  signal,
  name,
}: Pick<Step, 'clients' | 'tell' | 'signal'> & { readonly name: string }): Promise<void> {
  const call = { operation: 'StopTransformJob', action: 'sagemaker:StopTransformJob', about: name };
  const command = new StopTransformJobCommand({ TransformJobName: name });
  try {
    await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal);
    tell({ event: 'note', message: `${name} is being stopped; outputs of a stopped job are not kept` });
  } catch (error) {
    signal.throwIfAborted();
    // ValidationException says that it has ended, or that there is none: only a look can tell.
    const job = await describeJob(name, { clients, signal });
    if (!hasEnded(job)) throw error;
    tell({ event: 'note', message: `${name} has ended already: ${job.status}` });
  }
}
