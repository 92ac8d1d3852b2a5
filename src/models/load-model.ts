import { BatchlineError } from '../errors.ts';
import type { Model } from './model.ts';
import type { OpenModel } from './model-format.ts';

/** Makes a worker's model out of what `openModel` read on the main thread; a format is imported when it is needed. */
export async function loadModel(opened: OpenModel): Promise<Model> {
  switch (opened.description.format) {
    case 'linear-text':
      return (await import('./linear-text/model.ts')).loadLinearText(opened);
    case 'handler':
      return (await import('./handler/model.ts')).loadHandler(opened);
    default:
      throw new BatchlineError('INVALID_MODEL', `no loader for the format "${opened.description.format}"`);
  }
}
