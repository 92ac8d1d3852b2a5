import { BatchlineError } from '../../errors.ts';

/** What a model answered to rows whose classes are known. */
export interface Predictions {
  /** For each row an index into `classes`. */
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  /** Row after row, a value for each class. */
  readonly probabilities?: Float64Array | undefined;
  /** Of two classes a value for each row, above 0 for the second; of more, row after row a value for each class. */
  readonly decisions?: Float64Array | undefined;
  readonly classes: readonly string[];
}

/** Throws for arrays of the wrong length, indices that are no class, and probabilities outside [0, 1]. */
export function checkPredictions({ actual, predicted, probabilities, decisions, classes }: Predictions): void {
  const rows = actual.length;
  if (rows === 0) throw invalid('there are no rows to evaluate', 'at least one', '0');
  if (classes.length < 2) throw invalid('classes', 'two or more', classes.join(', ') || 'none');
  checkLength('predicted', predicted.length, rows);
  checkClasses('actual', actual, classes.length);
  checkClasses('predicted', predicted, classes.length);
  if (probabilities) {
    checkLength('probabilities', probabilities.length, rows * classes.length);
    const wrong = probabilities.findIndex((value) => !(value >= 0 && value <= 1));
    if (wrong >= 0) throw atRow(Math.floor(wrong / classes.length), 'probability', '0 to 1', probabilities[wrong]);
  }
  if (decisions) {
    const width = classes.length === 2 ? 1 : classes.length;
    checkLength('decisions', decisions.length, rows * width);
    const wrong = decisions.findIndex(Number.isNaN);
    if (wrong >= 0) throw atRow(Math.floor(wrong / width), 'decision', 'a number', decisions[wrong]);
  }
}

/**
 * The index of the class that precision, recall and F1 are of: the one named, else the second of two, else none.
 * Throws INVALID_SETTING for a name that is no class.
 */
export function positiveIndex(classes: readonly string[], positive: string | undefined): number | undefined {
  if (positive === undefined) return classes.length === 2 ? 1 : undefined;
  const index = classes.indexOf(positive);
  if (index < 0) {
    throw new BatchlineError(
      'INVALID_SETTING',
      `positive: expected a class (${classes.join(', ')}), received "${positive}".`,
    );
  }
  return index;
}

/** How much each row is of a class: its probability, or its decision where there are no probabilities. */
export function scoresOf({ probabilities, decisions, classes }: Predictions, index: number): Float64Array | undefined {
  if (probabilities) return column(probabilities, classes.length, index);
  if (decisions && classes.length === 2) return index === 1 ? decisions : decisions.map((value) => -value);
  return decisions && column(decisions, classes.length, index);
}

/** The rows of these numbers, in their order. */
export function selectRows(predictions: Predictions, rows: Uint32Array): Predictions {
  const { actual, predicted, probabilities, decisions, classes } = predictions;
  return {
    actual: Int32Array.from(rows, (row) => actual[row] as number),
    predicted: Int32Array.from(rows, (row) => predicted[row] as number),
    probabilities: probabilities && pick(probabilities, rows, classes.length),
    decisions: decisions && pick(decisions, rows, classes.length === 2 ? 1 : classes.length),
    classes,
  };
}

function column(values: Float64Array, width: number, index: number): Float64Array {
  const result = new Float64Array(values.length / width);
  for (let row = 0; row < result.length; row++) result[row] = values[row * width + index] as number;
  return result;
}

function pick(values: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const result = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) {
    result.set(values.subarray(row * width, (row + 1) * width), index * width);
  }
  return result;
}

function checkLength(what: string, received: number, expected: number): void {
  if (received !== expected) throw invalid(what, `${expected} values`, `${received}`);
}

function checkClasses(what: string, values: Int32Array, classes: number): void {
  const row = values.findIndex((value) => value < 0 || value >= classes);
  if (row >= 0) throw atRow(row, what, `a class index, 0 to ${classes - 1}`, values[row]);
}

function atRow(row: number, what: string, expected: string, received: number | undefined): BatchlineError {
  return invalid(`${what} of row ${row}`, expected, `${received}`);
}

function invalid(what: string, expected: string, received: string): BatchlineError {
  return new BatchlineError('INVALID_INPUT', `Evaluation: ${what}: expected ${expected}, received ${received}.`);
}
