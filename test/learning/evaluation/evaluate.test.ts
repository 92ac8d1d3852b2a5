import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../../src/learning/evaluation/evaluate.ts';
import type { Predictions } from '../../../src/learning/evaluation/predictions.ts';
import { fromScores, randomPredictions } from './predictions-of.ts';

const scalars = [
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'precision_weighted',
  'recall_weighted',
  'f1_weighted',
  'matthews_corrcoef',
  'cohen_kappa',
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier',
  'calibration_error',
  'calibration_error_equal_mass',
];

test('everything of two classes, under stable keys', () => {
  const evaluation = evaluate(fromScores([0.9, 0.8, 0.3, 0.6, 0.1], [1, 1, 1, 0, 0]));
  assert.deepEqual(Object.keys(evaluation), [
    'rows',
    'classes',
    'positive',
    ...scalars,
    'calibration_bins',
    'per_class',
    'confusion',
  ]);
  assert.equal(evaluation.positive, 'yes');
  assert.equal(evaluation.accuracy, 0.6);
  assert.equal(evaluation.roc_auc, 5 / 6);
  assert.deepEqual(evaluation.confusion, [
    [1, 1],
    [1, 2],
  ]);
  assert.deepEqual(evaluation.per_class['no'], { precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
  assert.deepEqual(JSON.parse(JSON.stringify(evaluation)), evaluation);
});

test('the other class can be the positive one', () => {
  const predictions = fromScores([0.9, 0.8, 0.3, 0.6, 0.1], [1, 1, 1, 0, 0]);
  const evaluation = evaluate(predictions, { positive: 'no' });
  assert.equal(evaluation.positive, 'no');
  assert.equal(evaluation.f1, 0.5);
  assert.ok(Math.abs((evaluation.roc_auc as number) - 5 / 6) < 1e-12);
  assert.ok((evaluation.average_precision as number) < (evaluate(predictions).average_precision as number));
});

test('what cannot apply is absent, what is undefined is null', () => {
  const { probabilities: _, ...labels } = fromScores([0.9, 0.2], [0, 0]);
  const bare = evaluate(labels);
  assert.ok(!('roc_auc' in bare) && !('log_loss' in bare) && !('calibration_bins' in bare));
  const ranked = evaluate({ ...labels, decisions: Float64Array.of(2, -1) });
  assert.equal(ranked.roc_auc, null);
  assert.equal(ranked.average_precision, null);
  assert.ok(!('brier' in ranked));
  const decided = { ...labels, actual: Int32Array.of(1, 0), decisions: Float64Array.of(2, -1) };
  assert.equal(evaluate(decided).roc_auc, 1);
  assert.equal(evaluate(decided, { positive: 'no' }).average_precision, 1);
});

test('of several classes none is positive unless named', () => {
  const predictions: Predictions = {
    actual: Int32Array.of(0, 1, 2, 2),
    predicted: Int32Array.of(0, 1, 2, 1),
    decisions: Float64Array.of(3, 1, 0, 0, 2, 1, 0, 0, 4, 0, 2, 1),
    classes: ['a', 'b', 'c'],
  };
  const evaluation = evaluate(predictions);
  assert.equal(evaluation.positive, null);
  assert.ok(!('f1' in evaluation));
  assert.equal(evaluation.roc_auc, (1 + 2.5 / 3 + 3.5 / 4) / 3);
  assert.equal(evaluate(predictions, { positive: 'c' }).recall, 0.5);
});

test('of several classes calibration is that of the predicted one', () => {
  const evaluation = evaluate({
    actual: Int32Array.of(0, 1, 2),
    predicted: Int32Array.of(0, 1, 1),
    probabilities: Float64Array.of(0.85, 0.1, 0.05, 0.1, 0.85, 0.05, 0.05, 0.85, 0.1),
    classes: ['a', 'b', 'c'],
  });
  assert.ok(Math.abs((evaluation.calibration_error as number) - (0.85 - 2 / 3)) < 1e-12);
  // A row's squared errors are summed over its classes.
  assert.ok(Math.abs((evaluation.brier as number) - (2 * 0.035 + 1.535) / 3) < 1e-12);
});

test('intervals hold the figures and not the calibration errors', () => {
  const evaluation = evaluate(randomPredictions(400), { bootstrap: { seed: 1, rounds: 200 } });
  assert.equal(evaluation.level, 0.95);
  const names = scalars.filter((name) => !name.startsWith('calibration'));
  assert.deepEqual(Object.keys(evaluation.intervals ?? {}), names);
  for (const [name, { low, high }] of Object.entries(evaluation.intervals ?? {})) {
    const value = evaluation[name as 'accuracy'] as number;
    assert.ok(low < value && value < high, `${name}: ${low} ${value} ${high}`);
  }
});

test('slices come with their evaluation', () => {
  const predictions = randomPredictions(100);
  const city = Array.from({ length: 100 }, (_, row) => (row < 60 ? 'X' : 'Y'));
  const { slices } = evaluate(predictions, { slices: { city }, slicing: { by: 'accuracy', leastRows: 50 } });
  assert.deepEqual(
    slices?.['city']?.slices.map(({ value, rows }) => [value, rows]),
    [['X', 60]],
  );
  assert.equal(slices?.['city']?.small?.rows, 40);
});

const good = fromScores([0.9, 0.2], [1, 0]);
const wrong: [name: string, predictions: Predictions, message: RegExp][] = [
  ['no rows', fromScores([], []), /expected at least one, received 0/],
  ['one class', { ...good, classes: ['yes'] }, /classes: expected two or more, received yes/],
  ['lengths', { ...good, predicted: Int32Array.of(1) }, /predicted: expected 2 values, received 1/],
  [
    'a class index',
    { ...good, actual: Int32Array.of(1, 2) },
    /actual of row 1: expected a class index, 0 to 1, received 2/,
  ],
  ['a probability', { ...good, probabilities: Float64Array.of(0, 1, 2, 0) }, /probability of row 1: .* received 2/],
  ['NaN', { ...good, probabilities: Float64Array.of(0, Number.NaN, 2, 0) }, /probability of row 0: .* received NaN/],
  ['decisions', { ...good, decisions: Float64Array.of(0, Number.NaN) }, /decision of row 1: .* received NaN/],
];
for (const [name, predictions, message] of wrong) {
  test(`refuses wrong predictions: ${name}`, () =>
    assert.throws(() => evaluate(predictions), { code: 'INVALID_INPUT', message }));
}

test('refuses a positive class that is none', () => {
  assert.throws(() => evaluate(good, { positive: 'oui' }), { message: /expected a class \(no, yes\), received "oui"/ });
});
