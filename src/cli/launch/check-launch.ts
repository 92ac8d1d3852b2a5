import { BatchlineError } from '../../errors.ts';
import { checkImage } from '../../sagemaker/image/check-image.ts';
import { ownCheckout } from '../../sagemaker/launch-file/read-launch-file.ts';
import { type Preflight, preflight } from '../../sagemaker/preflight/preflight.ts';
import { problemsText } from '../../sagemaker/preflight/problems-text.ts';
import type { Problem } from '../../sagemaker/step.ts';
import { inspectModel } from '../inspect-model.ts';
import type { LaunchFlags } from './flags.ts';
import type { OpenLaunch } from './launch-step.ts';
import { printLaunchPlan } from './print-launch-plan.ts';

/** Looks for everything that is wrong before anything is made. @returns the exit status, where the launch ends here */
export async function checkLaunch(step: OpenLaunch, flags: LaunchFlags): Promise<number | undefined> {
  const folder = step.openModel?.folder;
  const { image } = step.launch;
  // What another image makes of a model nobody else knows.
  const ours = image !== undefined && image.existing === undefined && image.context === ownCheckout();
  const found = await preflight({
    ...step,
    inspect: flags.inspect ?? 'sample',
    others: [imageProblems(step), modelProblem(step)],
    ...(ours && folder !== undefined ? { loadModel: () => inspectModel(folder) } : {}),
  });
  report(found, step);
  if (found.problems.some(({ severity }) => severity === 'failure')) {
    const message = 'nothing was made: correct what is listed and run the same command again';
    throw new BatchlineError('INVALID_SETTING', message);
  }
  return flags.dryRun ? await printLaunchPlan(step, found, flags) : undefined;
}

function report({ problems, input, identity, model }: Preflight, { tell, region }: OpenLaunch): void {
  const size = input
    ? `, input ${input.objects} ${input.objects === 1 ? 'object' : 'objects'}, ${megabytes(input.bytes)} MB, of which ${megabytes(input.checkedBytes)} checked`
    : '';
  const loads = model ? `, model ${model.name} ${model.version} loads` : '';
  const who = `preflight: ${identity.arn}, ${region}${size}${loads}`;
  const list = problems.length === 0 ? '' : `\n${problemsText(problems)}`.trimEnd();
  tell({ event: 'preflight', message: who + list, details: { ...identity, region, input, model, problems } });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

async function imageProblems(step: OpenLaunch): Promise<readonly Problem[]> {
  const { image } = step.launch;
  return image ? await checkImage({ ...step, image }) : [];
}

async function modelProblem({ modelProblem: problem }: OpenLaunch): Promise<readonly Problem[]> {
  return problem ? [{ severity: 'failure', message: problem.message }] : [];
}
