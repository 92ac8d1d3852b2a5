import type { Predictions } from '../../../src/learning/evaluation/predictions.ts';
import { createRandom } from '../../../src/learning/random.ts';

/** Two classes: rows of "yes" score higher on average; predicted from 0.5 on. */
export function randomPredictions(
  rows: number,
  { seed = 1, levels = 1000, strength = 0.4 } = {},
): Predictions & { readonly probabilities: Float64Array } {
  const random = createRandom(seed);
  const actual = Int32Array.from({ length: rows }, () => Number(random() < 0.4));
  const scores = Float64Array.from(actual, (value) =>
    Math.round((random() * (1 - strength) + value * strength) * levels),
  );
  return fromScores(
    scores.map((score) => score / levels),
    actual,
  );
}

export function fromScores(scores: ArrayLike<number>, actual: ArrayLike<number>) {
  const probabilities = new Float64Array(scores.length * 2);
  for (let row = 0; row < scores.length; row++) {
    probabilities[2 * row] = 1 - (scores[row] as number);
    probabilities[2 * row + 1] = scores[row] as number;
  }
  return {
    actual: Int32Array.from(actual),
    predicted: Int32Array.from(scores, (score) => Number(score >= 0.5)),
    probabilities,
    classes: ['no', 'yes'],
  };
}
