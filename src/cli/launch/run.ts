import { archiveOf, deployModel, imageOf, requestOf } from '../../sagemaker/deploy.ts';
import { findModel, imageInRegistry } from '../../sagemaker/find-model.ts';
import { createModel } from '../../sagemaker/model/create-model.ts';
import { stopJob } from '../../sagemaker/watch/stop-job.ts';
import { checkLaunch } from './check-launch.ts';
import type { LaunchFlags } from './flags.ts';
import { followJob } from './follow-job.ts';
import { type OpenLaunch, withLaunch } from './launch-step.ts';
import { withSession } from './session.ts';
import { submitJob } from './submit-job.ts';

// One function a command. Each returns the exit status: 0 done, 1 failed, 2 wrong usage or set-up, 130 or 143 stopped.

/** `launch`: everything, in order. */
export async function runLaunch(flags: LaunchFlags): Promise<number> {
  return await withLaunch(flags, async (step) => {
    const stopped = await checkLaunch(step, flags);
    if (stopped !== undefined) return stopped;
    const name = step.launch.job.ModelName;
    const model = name === undefined ? (await deployModel(step)).model : { name, created: false };
    return await runJobOf(model, step, flags);
  });
}

/** `launch image`: prints the image by digest. */
export async function runImage(flags: LaunchFlags): Promise<number> {
  return await withLaunch(flags, async (step) => {
    const image = await imageOf(step);
    return printed(step, flags, image?.reference ?? 'the launch needs no image of ours');
  });
}

/** `launch model`: prints the model's name. */
export async function runModel(flags: LaunchFlags): Promise<number> {
  return await withLaunch(flags, async (step) => {
    if (step.modelProblem) throw step.modelProblem;
    const image = await imageInRegistry(step);
    const archive = await archiveOf(step);
    const { name } = await createModel(requestOf(step, { image, archive }), step);
    return printed(step, flags, name);
  });
}

/** `launch job`: of a model that is there. */
export async function runJob(flags: LaunchFlags): Promise<number> {
  return await withLaunch(flags, async (step) => {
    if (step.modelProblem) throw step.modelProblem;
    return await runJobOf({ name: await findModel(step), created: false }, step, flags);
  });
}

async function runJobOf(
  model: { name: string; created: boolean },
  step: OpenLaunch,
  flags: LaunchFlags,
): Promise<number> {
  const submitted = await submitJob(model.name, step, flags);
  if (submitted === undefined) {
    step.tell({ event: 'done', message: 'nothing is left to score', details: { status: 'Completed' } });
    return 0;
  }
  if (flags.wait === false) return printed(step, flags, submitted.name);
  return await followJob(submitted, { session: step, flags, made: model.created ? model.name : undefined });
}

/** `launch watch`: of a job that somebody started. */
export async function runWatch(job: string, flags: LaunchFlags): Promise<number> {
  return await withSession(flags, nothing, (session) => followJob({ name: job }, { session, flags, made: undefined }));
}

export async function runStop(job: string, flags: LaunchFlags): Promise<number> {
  return await withSession(flags, nothing, async (session) => {
    await stopJob({ ...session, name: job });
    session.tell({ event: 'done', message: `job ${job} has been asked to stop`, details: { status: 'Done', job } });
    return 0;
  });
}

async function nothing() {
  return { given: undefined, region: undefined };
}

/** The result, on stdout; with --json it is in the last event. */
function printed({ tell }: OpenLaunch, { json }: LaunchFlags, result: string): number {
  if (json) tell({ event: 'done', message: result, details: { status: 'Done', result } });
  else process.stdout.write(`${result}\n`);
  return 0;
}
