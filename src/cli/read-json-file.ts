import { readFile } from 'node:fs/promises';
import { BatchlineError, messageOf } from '../errors.ts';

/** The object that a JSON file of a user's holds. @throws BatchlineError INVALID_SETTING that names the option and file */
export async function readJsonFile(option: string, path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw invalid(`${option}: cannot read ${path}: ${messageOf(error)}`, error);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw invalid(`${option}: ${path} is not JSON: ${messageOf(error)}`, error);
  }
  throw invalid(`${option}: ${path}: expected a JSON object, received another value`);
}

function invalid(message: string, cause?: unknown): BatchlineError {
  return new BatchlineError('INVALID_SETTING', message, { cause });
}
