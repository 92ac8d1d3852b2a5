import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { z } from 'zod';
import { BatchlineError, messageOf } from '../errors.ts';
import { compilePath, compileSinglePath } from '../records/json-path.ts';
import { handlerFormat } from './handler/open.ts';
import { linearTextFormat } from './linear-text/open.ts';
import type { ModelDescription } from './model-description.ts';
import type { ModelFormat, OpenModel } from './model-format.ts';
import { refuseSerialisedPython } from './serialised-python.ts';

const formats: Readonly<Record<string, ModelFormat>> = { 'linear-text': linearTextFormat, handler: handlerFormat };
const formatNames = Object.keys(formats).join(' or ');
const handlerFiles = ['inference.mjs', 'inference.js', 'inference.ts'];
const maxDescriptionBytes = 1024 * 1024;

/**
 * Reads and checks a model folder.
 * @throws BatchlineError INVALID_MODEL that names the file and the key, what was expected and what was received
 */
export async function openModel(folder: string): Promise<OpenModel> {
  const dir = resolve(folder);
  const files = await listFolder(dir);
  const fields = await readFields(dir, files);
  const format = formats[String(fields['format'])];
  if (!format) {
    invalid(join(dir, 'model.json'), `format: expected ${formatNames}, received ${JSON.stringify(fields['format'])}`);
  }
  const parsed = format.schema.safeParse(fields);
  if (!parsed.success) invalid(join(dir, 'model.json'), describeIssues(parsed.error));
  checkPaths(join(dir, 'model.json'), parsed.data.input);
  return { dir, description: parsed.data, shared: await format.open(dir, parsed.data) };
}

async function listFolder(dir: string): Promise<string[]> {
  try {
    const info = await stat(dir);
    if (info.isDirectory()) return await readdir(dir);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const remedy = 'mount a model there, or name its folder with --model';
    throw new BatchlineError('INVALID_MODEL', `${dir}: ${missing ? `no such folder; ${remedy}` : messageOf(error)}`, {
      cause: error,
    });
  }
  await refuseSerialisedPython(dir);
  return invalid(dir, 'expected a folder with a model.json, received a file');
}

/** model.json, or what it would say of a folder that holds nothing but a handler. */
async function readFields(dir: string, files: readonly string[]): Promise<Record<string, unknown>> {
  if (files.includes('model.json')) return readDescription(join(dir, 'model.json'));
  const code = files.includes('code') ? await readdir(join(dir, 'code')).catch(() => []) : [];
  const handler = handlerFiles.find((name) => code.includes(name));
  if (handler) return { name: basename(dir), format: 'handler', file: `code/${handler}` };
  for (const name of files) await refuseSerialisedPython(join(dir, name));
  const found = files.length === 0 ? 'an empty folder' : files.slice(0, 10).join(', ');
  return invalid(dir, `expected model.json or code/inference.{mjs,js,ts}, found ${found}`);
}

async function readDescription(file: string): Promise<Record<string, unknown>> {
  try {
    const { size } = await stat(file);
    if (size > maxDescriptionBytes) invalid(file, `expected at most ${maxDescriptionBytes} bytes, received ${size}`);
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof BatchlineError) throw error;
    throw new BatchlineError('INVALID_MODEL', `${file}: ${messageOf(error)}`, { cause: error });
  }
  return invalid(file, 'expected a JSON object');
}

/** Paths are compiled again in the workers; here is where a malformed one can still be told apart from a bad record. */
function checkPaths(file: string, input: ModelDescription['input']): void {
  try {
    if (input.id !== undefined) compileSinglePath(input.id);
    for (const path of input.features) compileSinglePath(path);
    for (const { path } of input.text) compilePath(path);
  } catch (error) {
    invalid(file, `input: ${messageOf(error)}`);
  }
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 10)
    .map((issue) => `${issue.path.length === 0 ? 'top level' : issue.path.join('.')}: ${issue.message}`)
    .join('; ');
}

function invalid(file: string, message: string): never {
  throw new BatchlineError('INVALID_MODEL', `${file}: ${message}`);
}
