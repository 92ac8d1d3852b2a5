import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type FittedLinearText, writeLinearText } from '../../../src/learning/linear-text-folder.ts';
import { loadLinearText } from '../../../src/models/linear-text/model.ts';
import { linearTextFormat } from '../../../src/models/linear-text/open.ts';
import type { LinearRow } from '../../../src/models/linear-text/read-record.ts';
import type { Model } from '../../../src/models/model.ts';
import type { KeyedPrediction } from '../../../src/models/prediction.ts';
import type { JsonValue } from '../../../src/records/json-value.ts';

/** Writes a model folder that the test removes. */
export async function writeFolder(t: TestContext, model: FittedLinearText): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'linear-text-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeLinearText(dir, model);
  return dir;
}

/** Opens and loads a folder as the server does: by its description, through a clone, as to a worker. */
export async function loadFolder(dir: string): Promise<Model<LinearRow>> {
  const description = linearTextFormat.schema.parse(JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')));
  const shared = await linearTextFormat.open(dir, description);
  return loadLinearText(structuredClone({ dir, description, shared }));
}

export async function loadModel(t: TestContext, model: FittedLinearText): Promise<Model<LinearRow>> {
  return loadFolder(await writeFolder(t, model));
}

/** Changes model.json of a folder. */
export async function editDescription(
  dir: string,
  edit: (description: Record<string, unknown>) => void,
): Promise<void> {
  const file = join(dir, 'model.json');
  const description = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  edit(description);
  await writeFile(file, JSON.stringify(description));
}

/** The prediction for each record. */
export function score(model: Model<LinearRow>, ...records: JsonValue[]): KeyedPrediction[] {
  const rows = records.map((record) => model.read(record) as LinearRow);
  return model.predict(rows) as KeyedPrediction[];
}
