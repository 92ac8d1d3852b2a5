import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

/** A model folder around a handler's code; `description` goes into model.json, which is left out without it. */
export async function handlerModel(t: TestContext, code: string, description?: object): Promise<string> {
  const modelJson = { name: 'test', version: '1', format: 'handler', ...description };
  return temporaryFolder(t, {
    'code/inference.mjs': code,
    ...(description ? { 'model.json': JSON.stringify(modelJson) } : {}),
  });
}

/** Answers each record as it came. */
export const echo = 'export const predict = (batch) => batch;';

/**
 * Answers each record, but for some: `{"throw":true}` throws, `{"hang":true}` loops for ever, `{"exit":true}` ends the
 * worker, `{"ms":n}` takes n milliseconds.
 */
export const troublesome = `
export function predict(batch) {
  for (const record of batch) {
    if (record?.throw) throw new Error('asked to throw');
    if (record?.hang) for (;;);
    if (record?.exit) process.exit(7);
    if (record?.ms) { const end = Date.now() + record.ms; while (Date.now() < end); }
  }
  return batch;
}`;
