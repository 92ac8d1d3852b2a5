import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawBinomial, drawMultinomial } from '../../../src/learning/evaluation/binomial.ts';
import { bootstrap } from '../../../src/learning/evaluation/bootstrap.ts';
import { createRandom } from '../../../src/learning/random.ts';
import { randomPredictions } from './predictions-of.ts';

// Both methods, both sides of one half, and the ends.
const trials: [n: number, p: number][] = [
  [5, 0.3],
  [40, 0.1],
  [40, 0.9],
  [60, 0.4],
  [1000, 0.02],
  [1_000_000, 0.35],
  [1_000_000, 0.999],
];
for (const [n, p] of trials) {
  test(`binomial draws of ${n} trials with chance ${p} have its mean and variance`, () => {
    const random = createRandom(7);
    const draws = Array.from({ length: 20_000 }, () => drawBinomial(n, p, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    assert.ok(draws.every((draw) => Number.isInteger(draw) && draw >= 0 && draw <= n));
    assert.ok(Math.abs(mean - n * p) < 4 * Math.sqrt((n * p * (1 - p)) / draws.length), `mean ${mean}`);
    assert.ok(Math.abs(variance / (n * p * (1 - p)) - 1) < 0.05, `variance ${variance}`);
  });
}

test('binomial draws are distributed as they should be', () => {
  const [n, p, count] = [50, 0.3, 100_000];
  const random = createRandom(1);
  const seen = new Array<number>(n + 1).fill(0);
  for (let draw = 0; draw < count; draw++) {
    const heads = drawBinomial(n, p, random);
    seen[heads] = (seen[heads] as number) + 1;
  }
  let chance = (1 - p) ** n;
  for (let heads = 0; heads <= n; heads++) {
    const expected = chance * count;
    assert.ok(Math.abs((seen[heads] as number) - expected) < 4.5 * Math.sqrt(expected) + 3, `${heads}: ${seen[heads]}`);
    chance *= ((n - heads) / (heads + 1)) * (p / (1 - p));
  }
});

test('certain and impossible draws', () => {
  const random = createRandom(1);
  assert.deepEqual([drawBinomial(9, 0, random), drawBinomial(9, 1, random), drawBinomial(0, 0.5, random)], [0, 9, 0]);
  const drawn = new Float64Array(4);
  drawMultinomial(Float64Array.of(0, 3, 7, 0), drawn, random);
  assert.equal((drawn[1] as number) + (drawn[2] as number), 10);
  assert.deepEqual([drawn[0], drawn[3]], [0, 0]);
});

test('the interval of accuracy is as wide as theory says', () => {
  const predictions = randomPredictions(1000);
  const right = predictions.actual.filter((value, row) => value === predictions.predicted[row]).length / 1000;
  const { low, high } = bootstrap(predictions, 'accuracy', { seed: 1, rounds: 4000 }) ?? { low: 0, high: 0 };
  const width = 2 * 1.96 * Math.sqrt((right * (1 - right)) / 1000);
  assert.ok(Math.abs((high - low) / width - 1) < 0.1, `${high - low} is not ${width}`);
  const narrow = bootstrap(predictions, 'accuracy', { seed: 1, rounds: 4000, level: 0.5 }) ?? { low: 0, high: 1 };
  assert.ok(narrow.high - narrow.low < (high - low) / 2);
});

test('more rows than are drawn in a round narrow the interval all the same', () => {
  const width = (rows: number) => {
    const { low, high } = bootstrap(randomPredictions(rows), 'brier', { seed: 1, rounds: 400 }) ?? { low: 0, high: 0 };
    return high - low;
  };
  const ratio = width(5000) / width(80_000);
  assert.ok(ratio > 3.3 && ratio < 4.8, `${ratio} is not about 4`);
});

test('a seed fixes the interval', () => {
  const predictions = randomPredictions(100);
  for (const figure of ['f1', 'roc_auc', 'average_precision', 'log_loss'] as const) {
    const draw = (seed: number) => bootstrap(predictions, figure, { seed, rounds: 50 });
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  }
});

test('no interval of what is not defined', () => {
  const { probabilities: _, ...labels } = randomPredictions(10);
  assert.equal(bootstrap(labels, 'log_loss', { seed: 1 }), undefined);
  assert.equal(bootstrap(labels, 'roc_auc', { seed: 1 }), undefined);
  const three = { ...labels, classes: ['a', 'b', 'c'] };
  assert.equal(bootstrap(three, 'f1', { seed: 1, rounds: 5 }), undefined);
  const oneClass = { ...randomPredictions(10), actual: new Int32Array(10) };
  assert.equal(bootstrap(oneClass, 'roc_auc', { seed: 1 }), undefined);
});

test('of several classes the mean against the rest is drawn', () => {
  const random = createRandom(2);
  const actual = Int32Array.from({ length: 300 }, (_, row) => row % 3);
  const decisions = Float64Array.from({ length: 900 }, (_, cell) =>
    actual[Math.floor(cell / 3)] === cell % 3 ? random() + 0.5 : random(),
  );
  const predictions = { actual, predicted: actual, decisions, classes: ['a', 'b', 'c'] };
  const drawn = bootstrap(predictions, 'roc_auc', { seed: 1, rounds: 100 });
  assert.ok(drawn && drawn.low > 0.75 && drawn.high < 0.97);
});
