import { BatchlineError } from '../../errors.ts';
import { createJob } from '../../sagemaker/job/create-job.ts';
import { jobName } from '../../sagemaker/job/job-request.ts';
import { modelLineage } from '../../sagemaker/model/model-lineage.ts';
import { fingerprintOf, settingsHash } from '../../sagemaker/results/launch-lineage.ts';
import { resumeRequest, writeManifest } from '../../sagemaker/resume/manifest.ts';
import { selectUnfinished } from '../../sagemaker/resume/unfinished.ts';
import { cutShards } from '../../sagemaker/shard/cut.ts';
import { planShards, type ShardPlan } from '../../sagemaker/shard/plan-shards.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { defaultAssumptions } from '../../transform/assumptions.ts';
import { selectObjects } from '../../transform/select/select-objects.ts';
import type { LaunchFlags } from './flags.ts';
import type { OpenLaunch } from './launch-step.ts';

/** A job that is there, and what is known of it here. */
export interface SubmittedJob {
  readonly name: string;
  /** Over the whole input, with the S3OutputPath of the launch file; what was submitted may be a part or in pieces. */
  readonly wanted?: CreateTransformJobRequest;
  readonly plan?: ShardPlan | undefined;
}

/** Creates the job of a model. @returns undefined where --resume finds nothing left to score */
export async function submitJob(
  modelName: string,
  step: OpenLaunch,
  flags: LaunchFlags,
): Promise<SubmittedJob | undefined> {
  const { job, shard } = step.launch;
  const TransformJobName = job.TransformJobName ?? jobName(modelName, job, new Date());
  const wanted: CreateTransformJobRequest = { ...job, TransformJobName, ModelName: modelName };
  const name = TransformJobName;
  if (flags.resume) {
    if (shard === 'auto') throw resumedShards();
    const request = await unfinishedRequest(wanted, step);
    if (!request) return undefined;
    await createJob(request, step);
    return { name, wanted };
  }
  const plan = shard === 'auto' ? await shardsOf(wanted, step) : undefined;
  await createJob(plan ? await cutShards(plan, step) : wanted, step);
  return { name, wanted, plan };
}

/** The request for what has no valid output; undefined if that is nothing. */
async function unfinishedRequest(
  wanted: CreateTransformJobRequest,
  step: OpenLaunch,
): Promise<CreateTransformJobRequest | undefined> {
  const { modelHash } = await modelLineage(wanted.ModelName, step);
  const fingerprint = fingerprintOf({ modelHash, settingsHash: settingsHash(wanted) }) as string;
  const { finished, unfinished } = await selectUnfinished({ ...step, request: wanted, fingerprint });
  const all = finished.length + unfinished.length;
  step.tell({
    event: 'note',
    message: `--resume: ${finished.length} of ${all} objects have a valid output${unfinished.length === 0 ? ': nothing is left to score' : ''}`,
    details: { finished: finished.length, unfinished: unfinished.length },
  });
  if (unfinished.length === 0) return undefined;
  if (finished.length === 0) return wanted;
  return resumeRequest(wanted, await writeManifest({ ...step, request: wanted, unfinished }));
}

async function shardsOf(request: CreateTransformJobRequest, step: OpenLaunch): Promise<ShardPlan | undefined> {
  const { openStore, signal } = step;
  const inputs = await selectObjects({ request, assumptions: defaultAssumptions, openStore }, signal);
  const instanceCount = request.TransformResources.InstanceCount;
  const plan = await planShards({ request, inputs, instanceCount, openStore, signal });
  if (!plan)
    step.tell({ event: 'note', message: 'shard: auto: nothing to cut, the objects occupy the instances as they are' });
  return plan;
}

function resumedShards(): BatchlineError {
  return new BatchlineError(
    'INVALID_SETTING',
    '--resume is not for a launch with shard: auto, which takes up its own pieces when it is run again; leave one of them out',
  );
}
