import { access } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { BatchlineError } from '../../errors.ts';
import { modelDescription } from '../model-description.ts';
import type { ModelFormat } from '../model-format.ts';
import { outputKeys } from '../prediction.ts';

/** A model in the user's own code: model.json may be absent; then every default here holds. */
export const handlerFormat: ModelFormat = {
  schema: modelDescription.extend({
    format: z.literal('handler'),
    file: z.string().min(1).default('code/inference.mjs'),
    output: z.union([z.array(z.enum(outputKeys)).min(1), z.literal('json')]).default('json'),
  }),

  async open(dir, description) {
    const file = resolve(dir, description.file ?? '');
    if (!file.startsWith(dir + sep)) {
      throw new BatchlineError(
        'INVALID_MODEL',
        `${join(dir, 'model.json')}: file: expected a file inside the folder, received "${description.file}"`,
      );
    }
    await access(file).catch((cause: unknown) => {
      throw new BatchlineError('INVALID_MODEL', `${file}: the handler's code is not there or not readable`, { cause });
    });
    return undefined;
  },
};
