import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateRegression } from '../../../src/learning/evaluation/regression.ts';

const evaluate = (actual: number[], predicted: number[]) =>
  evaluateRegression(Float64Array.from(actual), Float64Array.from(predicted));

test('r2 of constants is 1 where all is right and else 0, as in scikit-learn; of one row it is undefined', () => {
  assert.equal(evaluate([2, 2], [2, 2]).r2, 1);
  assert.equal(evaluate([2, 2], [2, 3]).r2, 0);
  assert.equal(evaluate([2], [2]).r2, null);
});

test('constants have no correlation; equal values share a rank', () => {
  const { pearson, spearman } = evaluate([2, 2], [1, 3]);
  assert.deepEqual([pearson, spearman], [null, null]);
  const ties = evaluate([1, 2, 2, 3], [10, 20, 20, 90]).spearman as number;
  assert.ok(Math.abs(ties - 1) < 1e-12);
});

test('the median of an even number of errors is between two', () => {
  assert.equal(evaluate([0, 0, 0, 0], [1, 2, 4, 9]).median_ae, 3);
});

test('says what is wrong', () => {
  assert.throws(() => evaluate([], []), /at least one, received 0 and 0/);
  assert.throws(() => evaluate([1], [1, 2]), /received 2 and 1/);
  assert.throws(
    () => evaluate([1, 2], [1, Number.NaN]),
    /predicted value of row 1: expected a finite number, received NaN/,
  );
});
