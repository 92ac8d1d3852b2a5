import type { PlattScale } from '../calibration/platt.ts';
import type { Predictions } from '../evaluation/predictions.ts';

export interface Decided {
  /** Class indices. */
  readonly actual: Int32Array;
  /** Of two classes one a row, of more one for each class. */
  readonly decisions: Float64Array;
  readonly classes: readonly string[];
}

/** What decisions predict, as serving does: of two classes the second from the threshold on, of more the first largest. */
export function predictionsOf(
  { actual, decisions, classes }: Decided,
  { platt, threshold = 0.5 }: { platt?: PlattScale | undefined; threshold?: number } = {},
): Predictions {
  if (classes.length > 2) return { actual, decisions, classes, predicted: largest(decisions, classes.length) };
  const least = platt ? Math.log(threshold / (1 - threshold)) : 0;
  const logits = platt ? decisions.map((decision) => -(platt.a * decision + platt.b)) : decisions;
  const predicted = Int32Array.from(logits, (logit) => (logit > least ? 1 : 0));
  if (!platt) return { actual, decisions, classes, predicted };
  const probabilities = new Float64Array(2 * logits.length);
  for (const [row, logit] of logits.entries()) {
    probabilities[2 * row] = 1 / (1 + Math.exp(logit));
    probabilities[2 * row + 1] = 1 / (1 + Math.exp(-logit));
  }
  return { actual, decisions, classes, predicted, probabilities };
}

function largest(decisions: Float64Array, width: number): Int32Array {
  return Int32Array.from({ length: decisions.length / width }, (_, row) => {
    const own = decisions.subarray(row * width, (row + 1) * width);
    return own.indexOf(Math.max(...own));
  });
}
