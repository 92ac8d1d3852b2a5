import { BatchlineError } from '../errors.ts';
import { type LaunchStep, requestOf } from './deploy.ts';
import { findImage } from './image/provide-image.ts';
import { exists } from './model/create-model.ts';
import { planArchive } from './model-archive/provide-archive.ts';

/**
 * The name of the model of a launch, which must be there; nothing is made.
 * @throws BatchlineError INVALID_SETTING that says which step has not been done
 */
export async function findModel(step: LaunchStep): Promise<string> {
  const { openModel } = step;
  const { job, createModel, model, name } = step.launch;
  if (job.ModelName !== undefined) return job.ModelName;
  const image = await imageInRegistry(step);
  const found = model && openModel && (await planArchive({ ...step, name, model, openModel }));
  if (found && found.calls.length > 0) throw undone(`the model archive is not at ${found.archive.url}`, 'model');
  const request = requestOf(step, { image, archive: found?.archive });
  if (await exists(request, step)) return request.ModelName;
  const derived = createModel.ModelName === undefined ? ' (derived from image, archive and settings)' : '';
  throw undone(`there is no model ${request.ModelName}${derived}`, 'model');
}

/** @throws BatchlineError INVALID_SETTING if it is not in the registry */
export async function imageInRegistry(step: LaunchStep): Promise<string | undefined> {
  const { image } = step.launch;
  const found = image && (await findImage({ ...step, image }));
  if (image && found === undefined) throw undone('the image is not in the registry', 'image');
  return found;
}

function undone(what: string, command: 'image' | 'model'): BatchlineError {
  return new BatchlineError(
    'INVALID_SETTING',
    `${what}: run \`batchline launch ${command}\` first, or \`batchline launch\``,
  );
}
