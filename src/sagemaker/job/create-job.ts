import { CreateTransformJobCommand, type CreateTransformJobCommandInput } from '@aws-sdk/client-sagemaker';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { awsCode, callAws } from '../aws-call.ts';
import { conflict } from '../model/create-model.ts';
import type { Step } from '../step.ts';
import { describeJob } from '../watch/describe-job.ts';
import { isSameJob } from './job-request.ts';

/**
 * Creates a transform job. When the answer of a call was lost and its repetition is refused because the job is there, it
 * is there: the name is this launch's own.
 */
export async function createJob(request: CreateTransformJobRequest, step: Pick<Step, 'clients' | 'tell' | 'signal'>) {
  const { clients, tell, signal } = step;
  const name = request.TransformJobName;
  const call = { operation: 'CreateTransformJob', action: 'sagemaker:CreateTransformJob', about: `job ${name}` };
  const command = new CreateTransformJobCommand(request as unknown as CreateTransformJobCommandInput);
  try {
    await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal);
  } catch (error) {
    if (!conflict.test(awsCode(error) ?? '') || !(await isThere(request, step))) throw error;
  }
  tell({ event: 'job', message: `job ${name}: created`, details: { name, request } });
}

async function isThere(request: CreateTransformJobRequest, step: Pick<Step, 'clients' | 'signal'>): Promise<boolean> {
  const there = await describeJob(request.TransformJobName, step).catch(() => undefined);
  step.signal.throwIfAborted();
  return there !== undefined && isSameJob(request, there.request);
}
