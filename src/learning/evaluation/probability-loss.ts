import type { Predictions } from './predictions.ts';

/** Where scikit-learn cuts float64 probabilities: a certain and wrong answer costs 36.04 and not infinity. */
const epsilon = 2 ** -52;

/** -ln of the probability of the actual class, for each row. Undefined without probabilities. */
export function rowLogLoss({ actual, probabilities, classes }: Predictions): Float64Array | undefined {
  if (!probabilities) return undefined;
  const losses = new Float64Array(actual.length);
  for (let row = 0; row < losses.length; row++) {
    const p = probabilities[row * classes.length + (actual[row] as number)] as number;
    losses[row] = -Math.log(Math.min(Math.max(p, epsilon), 1 - epsilon));
  }
  return losses;
}

/**
 * The squared error of each row: of two classes that of the positive one's probability (0 to 1), of more the sum over
 * classes (0 to 2), which is what scikit-learn's brier_score_loss does. Undefined without probabilities.
 */
export function rowBrier({ actual, probabilities, classes }: Predictions): Float64Array | undefined {
  if (!probabilities) return undefined;
  const width = classes.length;
  const losses = new Float64Array(actual.length);
  for (let row = 0; row < losses.length; row++) {
    let loss = 0;
    for (let index = width === 2 ? 1 : 0; index < width; index++) {
      loss += ((probabilities[row * width + index] as number) - (actual[row] === index ? 1 : 0)) ** 2;
    }
    losses[row] = loss;
  }
  return losses;
}

export function logLoss(predictions: Predictions): number | undefined {
  return mean(rowLogLoss(predictions));
}

export function brier(predictions: Predictions): number | undefined {
  return mean(rowBrier(predictions));
}

function mean(values: Float64Array | undefined): number | undefined {
  return values && values.reduce((total, value) => total + value, 0) / values.length;
}
