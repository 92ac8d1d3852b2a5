import type { JsonValue } from '../records/json-value.ts';
import type { ModelDescription } from './model-description.ts';
import type { Prediction } from './prediction.ts';

/**
 * A model, loaded and ready, inside one worker.
 *
 * `Features` is the model's own type: the scoring path only carries it from `read` to `predict`.
 */
export interface Model<Features = unknown> {
  /** model.json with every default filled in. */
  readonly description: ModelDescription;

  /**
   * The features of one decoded record. The record is any JSON value, or for CSV an array of strings; an object may
   * lack everything that `description.input` does not name.
   * @throws RecordError when a field is missing or wrong: the record becomes an error line.
   */
  read(record: JsonValue): Features | Promise<Features>;

  /**
   * One prediction for each row, in order. Called once for each sub-batch; when it throws or rejects, the scoring path
   * halves the rows and calls again until the culprit is alone.
   */
  predict(rows: readonly Features[]): readonly Prediction[] | Promise<readonly Prediction[]>;

  /** Frees what the garbage collector does not, such as native sessions. */
  close?(): Promise<void>;
}
