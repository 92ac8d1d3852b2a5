import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BatchlineError, messageOf, RecordError } from '../../errors.ts';
import type { JsonValue } from '../../records/json-value.ts';
import type { Model } from '../model.ts';
import type { OpenModel } from '../model-format.ts';
import type { Prediction } from '../prediction.ts';

/** What code/inference.mjs may export, as the SageMaker toolkits' model_fn, input_fn, predict_fn and output_fn. */
interface Handler {
  load(modelDir: string): unknown;
  input(record: JsonValue): unknown;
  predict(batch: readonly unknown[], model: unknown): unknown;
  output(prediction: unknown): unknown;
}

/** Imports the user's code and calls its `load`. */
export async function loadHandler(opened: OpenModel): Promise<Model> {
  const file = resolve(opened.dir, opened.description.file ?? '');
  const handler = withDefaults(file, await importCode(file));
  const loaded = await inContext(file, 'load', () => handler.load(opened.dir));
  return {
    description: opened.description,
    read: (record) => handler.input(record as JsonValue), // never TextSpans: see Model
    async predict(rows) {
      const predictions = await handler.predict(rows, loaded);
      if (!Array.isArray(predictions) || predictions.length !== rows.length) {
        throw new RecordError('INVALID_PREDICTION', describeMismatch(predictions, rows.length));
      }
      return Promise.all(predictions.map((prediction) => handler.output(prediction))) as Promise<Prediction[]>;
    },
  };
}

async function importCode(file: string): Promise<Partial<Handler>> {
  const module = await inContext(file, 'import', () => import(pathToFileURL(file).href));
  const exported = module as Partial<Handler> & { default?: Partial<Handler> };
  return { ...exported.default, ...exported };
}

function withDefaults(file: string, code: Partial<Handler>): Handler {
  for (const name of ['load', 'input', 'predict', 'output'] as const) {
    if (code[name] !== undefined && typeof code[name] !== 'function') {
      throw new BatchlineError('INVALID_MODEL', `${file}: ${name}: expected a function, received ${typeof code[name]}`);
    }
  }
  if (!code.predict && !code.load) {
    throw new BatchlineError(
      'INVALID_MODEL',
      `${file}: expected an exported predict(batch, model), or load(modelDir) whose result has one`,
    );
  }
  return {
    load: code.load ?? (() => undefined),
    input: code.input ?? ((record) => record),
    predict: code.predict ?? ((batch, model) => (model as { predict(rows: typeof batch): unknown }).predict(batch)),
    output: code.output ?? ((prediction) => prediction),
  };
}

async function inContext<T>(file: string, step: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new BatchlineError('INVALID_MODEL', `${file}: ${step} failed: ${messageOf(cause)}`, { cause });
  }
}

function describeMismatch(predictions: unknown, expected: number): string {
  const received = Array.isArray(predictions) ? `${predictions.length}` : typeof predictions;
  return `predict: expected an array of ${expected} predictions, received ${received}`;
}
