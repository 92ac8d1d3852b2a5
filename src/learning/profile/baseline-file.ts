import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';
import { formatJson } from '../report/format-json.ts';
import { type Baseline, baselineSchema } from './baseline-schema.ts';

/** In the model folder. */
export const baselineFile = 'baseline.json';

/** Writes the whole file or nothing. */
export async function writeBaseline(folder: string, baseline: Baseline): Promise<void> {
  const temporary = join(folder, `.${baselineFile}-${randomUUID()}`);
  try {
    await writeFile(temporary, formatJson(baseline));
    await rename(temporary, join(folder, baselineFile));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws BatchlineError INVALID_MODEL where there is none, or it is of another version */
export async function readBaseline(folder: string): Promise<Baseline> {
  const path = join(folder, baselineFile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BatchlineError(
      'INVALID_MODEL',
      `${path} cannot be read: ${messageOf(cause)}; train the model with batchline train, which writes it`,
      { cause },
    );
  });
  const { success, data, error } = baselineSchema.safeParse(parse(path, text));
  if (success) return data;
  throw new BatchlineError(
    'INVALID_MODEL',
    `${path} is no profile of version 1 of this format:\n${z.prettifyError(error)}`,
  );
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BatchlineError('INVALID_MODEL', `${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}
