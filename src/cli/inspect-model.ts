import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings } from '../config.ts';
import type { ModelDescription } from '../models/model-description.ts';
import { openModel } from '../models/open-model.ts';
import { startServer } from '../server/start.ts';

/** What `batchline inspect` says of a model folder. */
export interface ModelInspection {
  readonly model: string;
  readonly name: string;
  readonly version: string;
  readonly format: string;
  readonly task: ModelDescription['task'];
  readonly input: ModelDescription['input'];
  readonly labels?: ModelDescription['labels'];
  readonly output: ModelDescription['output'];
  /** Of all files in the folder. */
  readonly bytes: number;
  /** Until a server with this model was ready: weights loaded by every worker, a warm-up record scored. */
  readonly readyMs: number;
}

/** Whether a path is a model folder: one with a model.json, or with a handler's code. */
export function isModelFolder(path: string): boolean {
  const files = ['model.json', ...['mjs', 'js', 'ts'].map((extension) => join('code', `inference.${extension}`))];
  return files.some((file) => existsSync(join(path, file)));
}

/** Opens a model as `serve` does. @throws BatchlineError INVALID_MODEL, as `serve` would end with */
export async function inspectModel(folder: string): Promise<ModelInspection> {
  const { description } = await openModel(folder);
  const { name, version, format, task, input, labels, output } = description;
  const start = performance.now();
  const settings = { ...readSettings(), host: '127.0.0.1', port: 0, logLevel: 'silent' as const };
  const server = await startServer(settings, folder);
  try {
    await server.ready;
  } finally {
    await server.close();
  }
  const readyMs = Math.round(performance.now() - start);
  const shown = { name, version, format, task, input, ...(labels ? { labels } : {}), output };
  return { model: folder, ...shown, bytes: await folderBytes(folder), readyMs };
}

export function modelText({
  model,
  name,
  version,
  format,
  task,
  input,
  labels,
  output,
  ...rest
}: ModelInspection): string {
  const paths = (list: readonly string[]): string =>
    list.length > 8 ? `${list.slice(0, 8).join(', ')} … (${list.length})` : list.join(', ');
  return `${[
    `model          ${name}, version ${version}`,
    `folder         ${model}, ${(rest.bytes / 1e6).toFixed(1)} MB`,
    `format         ${format}`,
    ...(format === 'handler' ? [] : [`task           ${task}`]),
    ...(input.id === undefined ? [] : [`id             ${input.id}`]),
    ...(input.features.length === 0 ? [] : [`features       ${paths(input.features)}`]),
    ...(input.text.length === 0 ? [] : [`text           ${paths(input.text.map(({ path }) => path))}`]),
    ...(labels === undefined ? [] : [`labels         ${labels.join(', ')}`]),
    `output         ${output === 'json' ? "what the handler's output returns" : output.join(', ')}`,
    '',
    `Ready to serve in ${(rest.readyMs / 1000).toFixed(1)} s: loaded by every worker, warm-up record scored.`,
  ].join('\n')}\n`;
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
