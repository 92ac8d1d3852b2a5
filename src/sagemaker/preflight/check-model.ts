import { BatchlineError } from '../../errors.ts';
import type { Problem } from '../step.ts';
import { failure } from './findings.ts';

export interface LoadedModel {
  readonly name: string;
  readonly version: string;
}

/** Whether the server will be able to load the model: if not, a job fails, half an hour after it was started. */
export async function checkModel({
  loadModel,
}: {
  readonly loadModel?: () => Promise<LoadedModel>;
}): Promise<{ problems: readonly Problem[]; loaded?: LoadedModel }> {
  if (loadModel === undefined) return { problems: [] };
  try {
    const { name, version } = await loadModel();
    return { problems: [], loaded: { name, version } };
  } catch (error) {
    if (!(error instanceof BatchlineError)) throw error;
    return { problems: [failure(`the model cannot be loaded: ${error.message} (try \`batchline inspect\` on it)`)] };
  }
}
