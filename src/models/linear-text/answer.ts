import { BatchlineError } from '../../errors.ts';
import type { JsonValue } from '../../records/json-value.ts';
import type { KeyedPrediction, OutputKey } from '../prediction.ts';
import type { LinearTextDescription } from './schema.ts';

/** Turns a record's decisions into the output keys that model.json asks for, and works out nothing else. */
export type Answer = (decisions: Float64Array) => KeyedPrediction;

/** How each key that the model can answer follows from the decisions. */
type Fillers = { readonly [key in OutputKey]?: (decisions: Float64Array) => JsonValue };

/**
 * @param file for messages
 * @throws BatchlineError INVALID_MODEL when model.json asks for a key that this model cannot answer
 */
export function createAnswer(description: LinearTextDescription, decisionCount: number, file = 'model.json'): Answer {
  const fail = (message: string): never => {
    throw new BatchlineError('INVALID_MODEL', `${file}: ${message}`);
  };
  const labels = labelsOf(description, decisionCount, fail);
  const fillers = decisionCount === 1 ? oneDecision(description, labels) : manyDecisions(description, labels, fail);
  const keys = description.output as readonly OutputKey[];
  const fills = keys.map((key) => fillers[key] ?? fail(`output: this model has no "${key}"; it ${remedies[key]}`));
  return (decisions) => {
    const prediction: { [key in OutputKey]?: JsonValue } = {};
    for (let index = 0; index < fills.length; index++) {
      prediction[keys[index] as OutputKey] = (fills[index] as (from: Float64Array) => JsonValue)(decisions);
    }
    return prediction;
  };
}

const needsProbability = 'needs a calibration, or the activation sigmoid (softmax for several decisions)';
const remedies: Readonly<Record<OutputKey, string>> = {
  predicted_label: 'needs the task classification, or labels',
  labels: 'needs the task classification, or labels',
  probability: needsProbability,
  probabilities: needsProbability,
  score: 'needs a single decision',
  raw_score: 'needs a decision',
};

function labelsOf(
  { labels, task }: LinearTextDescription,
  decisionCount: number,
  fail: (message: string) => never,
): readonly (string | number)[] | undefined {
  const expected = decisionCount === 1 ? 2 : decisionCount;
  if (labels !== undefined && labels.length !== expected) {
    fail(`labels: expected ${expected}, because coef has ${decisionCount} decisions, received ${labels.length}`);
  }
  return labels ?? (task === 'classification' ? Array.from({ length: expected }, (_, index) => index) : undefined);
}

/** Two classes, or a score. */
function oneDecision(description: LinearTextDescription, labels: readonly (string | number)[] | undefined): Fillers {
  const { calibration, activation, threshold } = description;
  const first = (decisions: Float64Array) => decisions[0] as number;
  const hasProbability = calibration !== undefined || activation === 'sigmoid';
  // The threshold is compared before the exponential: no probability is worked out that nobody asked for, and at 0.5
  // the label is that of scikit-learn, decision > 0, also where the exponential rounds to 0.5.
  const leastLogit = hasProbability ? Math.log(threshold / (1 - threshold)) : 0;
  const logit = calibration ? (decisions: Float64Array) => -(calibration.a * first(decisions) + calibration.b) : first;
  const isPositive = (decisions: Float64Array) => logit(decisions) > leastLogit;
  const positive = (decisions: Float64Array) => sigmoid(logit(decisions));
  return {
    raw_score: first,
    score: hasProbability
      ? (decisions) => 2 * positive(decisions) - 1
      : activation === 'tanh'
        ? (decisions) => Math.tanh(first(decisions))
        : first,
    ...(labels && {
      labels: () => [...labels],
      predicted_label: (decisions) => labels[isPositive(decisions) ? 1 : 0] as string | number,
    }),
    ...(hasProbability && {
      probability: (decisions) => (isPositive(decisions) ? positive(decisions) : sigmoid(-logit(decisions))),
      probabilities: (decisions) => [sigmoid(-logit(decisions)), positive(decisions)],
    }),
  };
}

/** A decision for each class. */
function manyDecisions(
  { activation, calibration }: LinearTextDescription,
  labels: readonly (string | number)[] | undefined,
  fail: (message: string) => never,
): Fillers {
  if (calibration) fail('calibration: expected none, because platt is for a single decision');
  if (activation === 'sigmoid' || activation === 'tanh') {
    fail(`activation: expected softmax or identity for several decisions, received ${activation}`);
  }
  return {
    raw_score: (decisions) => [...decisions],
    ...(labels && {
      labels: () => [...labels],
      predicted_label: (decisions) => labels[argmax(decisions)] as string | number,
    }),
    ...(activation === 'softmax' && {
      probability: (decisions) => softmax(decisions)[argmax(decisions)] as number,
      probabilities: (decisions) => softmax(decisions),
    }),
  };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The first of the largest, as numpy's. */
function argmax(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}

function softmax(decisions: Float64Array): number[] {
  const largest = decisions[argmax(decisions)] as number;
  const powers = Array.from(decisions, (decision) => Math.exp(decision - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
