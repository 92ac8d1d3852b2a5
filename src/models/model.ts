import type { JsonValue } from '../records/json-value.ts';
import type { TextSpans } from '../records/text-spans.ts';
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
   * The features of one record. A handler is given whole records. Every other format is given only what
   * `description.input` names, and must take it in two forms: as a value (any JSON value, or for CSV an array of
   * strings), where an object may lack all else; and, when `input` names texts and no numbers, as TextSpans, the same
   * texts as places in bytes, which hold until this call has ended or its promise is settled.
   * An array of numbers holds until the sub-batch has been predicted, except a handler's.
   * @throws RecordError when a field is missing or wrong: the record becomes an error line.
   */
  read(record: JsonValue | TextSpans): Features | Promise<Features>;

  /**
   * One prediction for each row, in order. Called once for each sub-batch; when it throws or rejects, the scoring path
   * halves the rows and calls again until the culprit is alone.
   */
  predict(rows: readonly Features[]): readonly Prediction[] | Promise<readonly Prediction[]>;

  /** Frees what the garbage collector does not, such as native sessions. */
  close?(): Promise<void>;
}
