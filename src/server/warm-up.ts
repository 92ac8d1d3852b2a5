import { BatchlineError } from '../errors.ts';
import type { ModelDescription } from '../models/model-description.ts';
import type { ScoringPool } from '../scoring/pool.ts';

/**
 * Loads the model in every worker and scores a record, so that a ready server is one that can score: the model's own
 * `warmup`, or, for a format that says what it reads, an empty record. A handler without `warmup` is only loaded.
 * @throws BatchlineError INVALID_MODEL
 */
export async function warmUp(pool: ScoringPool, model: ModelDescription): Promise<void> {
  const record = model.warmup ?? emptyRecord(model);
  const line = Buffer.from(record === undefined ? '' : JSON.stringify(record));
  const bytes = new SharedArrayBuffer(line.length);
  Buffer.from(bytes).set(line);
  const format = { encoding: 'json', separator: '\n', keys: model.output, withId: false } as const;
  const scored = await pool.warmUp({ bytes, start: 0, end: line.length, framing: 'lines', format, skip: 0 });
  const [error] = scored.firstErrors;
  if (error)
    throw new BatchlineError(
      'INVALID_MODEL',
      `the model cannot score its warm-up record: ${error.code}: ${error.message}`,
    );
}

/** By position, features before texts. */
function emptyRecord(model: ModelDescription): (number | string)[] | undefined {
  if (model.format === 'handler') return undefined;
  return [...model.input.features.map(() => 0), ...model.input.text.map(() => '')];
}
