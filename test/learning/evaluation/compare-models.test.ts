import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareModels } from '../../../src/learning/evaluation/compare-models.ts';
import { erfc, mcnemar } from '../../../src/learning/evaluation/mcnemar.ts';
import type { Predictions } from '../../../src/learning/evaluation/predictions.ts';
import { fromScores, randomPredictions } from './predictions-of.ts';

// Under 25 twice the binomial tail, from 25 on Python's math.erfc of the corrected statistic.
const cases: [a: number, b: number, method: string, p: number][] = [
  [0, 0, 'exact', 1],
  [5, 5, 'exact', 1],
  [0, 6, 'exact', 0.03125],
  [1, 9, 'exact', 0.021484375],
  [2, 22, 'exact', 3.5881996154785156e-5],
  [12, 12, 'exact', 1],
  [10, 15, 'chi_square', 0.4237107971667934],
  [5, 20, 'chi_square', 0.005110260660855],
  [13, 13, 'chi_square', 1],
];
for (const [a, b, method, p] of cases) {
  test(`McNemar's test of ${a} and ${b}`, () => {
    const answer = mcnemar(a, b);
    assert.equal(answer.method, method);
    assert.ok(Math.abs(answer.p_value - p) < 1e-9, `${answer.p_value} is not ${p}`);
    assert.equal(mcnemar(b, a).p_value, answer.p_value);
  });
}

test('the complementary error function', () => {
  for (const [x, expected] of [
    [0, 1],
    [0.5, 0.4795001221869535],
    [1.999, 0.004698443348629488],
    [2, 0.004677734981047266],
    [5, 1.5374597944280347e-12],
  ] as const) {
    assert.ok(Math.abs(erfc(x) / expected - 1) < 1e-11, `${x}: ${erfc(x)}`);
  }
  assert.ok(Math.abs(erfc(2 - 1e-12) - erfc(2)) < 1e-12);
});

test('the better model is told from the worse, paired', () => {
  const better = randomPredictions(2000, { seed: 3, strength: 0.5 });
  const worse = { ...better, predicted: better.predicted.map((value, row) => (row % 9 === 0 ? 1 - value : value)) };
  for (const figure of ['accuracy', 'f1', 'f1_macro'] as const) {
    const comparison = compareModels(better, worse, { seed: 1, figure });
    assert.equal(comparison.rows, 2000);
    assert.equal(comparison.difference, (comparison.a as number) - (comparison.b as number));
    const { low, high } = comparison.interval as { low: number; high: number };
    assert.ok(low > 0 && low < (comparison.difference as number) && (comparison.difference as number) < high);
    assert.ok(comparison.mcnemar.p_value < 1e-6);
  }
});

test('figures of scores are compared as well', () => {
  const a = randomPredictions(1000, { seed: 3, strength: 0.5 });
  const scores = Float64Array.from(a.actual, (_, row) =>
    row % 3 === 0 ? 0.5 : (a.probabilities[2 * row + 1] as number),
  );
  const b = fromScores(scores, a.actual);
  for (const [figure, sign] of [
    ['roc_auc', 1],
    ['average_precision', 1],
    ['log_loss', -1],
    ['brier', -1],
  ] as const) {
    const { difference, interval } = compareModels(a, b, { seed: 1, rounds: 200, figure });
    assert.ok(sign * (difference as number) > 0, figure);
    assert.ok(interval && interval.low < (difference as number) && (difference as number) < interval.high, figure);
  }
});

test('a model does not differ from itself', () => {
  const model = randomPredictions(200);
  const { difference, interval, mcnemar: test } = compareModels(model, model, { seed: 1 });
  assert.equal(difference, 0);
  assert.deepEqual(interval, { low: 0, high: 0 });
  assert.equal(test.p_value, 1);
});

test('without probabilities their figures are not compared', () => {
  const { probabilities: _, ...labels } = randomPredictions(50);
  const { a, difference, interval } = compareModels(labels, labels, { seed: 1, figure: 'log_loss' });
  assert.deepEqual([a, difference, interval], [null, null, null]);
});

const base: Predictions = fromScores([0.9, 0.1], [1, 0]);
const unlike: [name: string, other: Predictions, message: RegExp][] = [
  ['classes', { ...base, classes: ['yes', 'no'] }, /same classes in the same order .* received no, yes and yes, no/],
  ['fewer rows', fromScores([0.9], [1]), /same rows of both models, received 2 and 1/],
  ['other rows', fromScores([0.9, 0.1], [1, 1]), /same class of row 1 of both models, received no and yes/],
];
for (const [name, other, message] of unlike) {
  test(`refuses to compare on ${name}`, () =>
    assert.throws(() => compareModels(base, other, { seed: 1 }), { code: 'INVALID_INPUT', message }));
}
