import { messageOf, RecordError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { Prediction } from '../models/prediction.ts';

/** A prediction, or why there is none. */
export type Outcome = Prediction | RecordError;

/**
 * One model call for all rows. When it throws or answers another number of predictions, the rows are halved until the
 * culprit is alone: a bad row costs 2·log2(n) calls more, and its neighbours nothing.
 * @param onCall told before each call, so that a watchdog can tell slow from stuck
 */
export async function predictIsolated(
  model: Model,
  rows: readonly unknown[],
  onCall: () => void,
): Promise<readonly Outcome[]> {
  if (rows.length === 0) return [];
  onCall();
  try {
    const answer = model.predict(rows);
    const predictions = answer instanceof Promise ? await answer : answer;
    if (predictions.length === rows.length) return predictions;
    throw new RecordError('INVALID_PREDICTION', `expected ${rows.length} predictions, received ${predictions.length}`);
  } catch (error) {
    if (rows.length === 1) return [asRecordError(error)];
    const middle = rows.length >> 1;
    const left = await predictIsolated(model, rows.slice(0, middle), onCall);
    const right = await predictIsolated(model, rows.slice(middle), onCall);
    return [...left, ...right];
  }
}

/** What the model threw, as the error of the record that made it throw. */
export function asRecordError(error: unknown): RecordError {
  return error instanceof RecordError
    ? error
    : new RecordError('MODEL_ERROR', `the model failed: ${messageOf(error).slice(0, 500)}`);
}
