import { modelLineage } from '../../sagemaker/model/model-lineage.ts';
import { type LaunchLineage, settingsHash } from '../../sagemaker/results/launch-lineage.ts';
import type { Step } from '../../sagemaker/step.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { ownVersion } from '../versions.ts';

/** What makes the outputs of a job, whoever created it. Somebody may have deleted its model by now. */
export async function launchLineage(
  request: CreateTransformJobRequest,
  step: Pick<Step, 'clients' | 'signal'>,
): Promise<LaunchLineage> {
  const model = await modelLineage(request.ModelName, step).catch(() => undefined);
  step.signal.throwIfAborted();
  return { batchline: await ownVersion(), settingsHash: settingsHash(request), ...model };
}
