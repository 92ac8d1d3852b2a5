import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { variantsOf, withVariant } from '../../../src/learning/search/variants.ts';

type Search = Parameters<typeof variantsOf>[0]['search'];
const search = { scoring: 'f1', method: 'stratified' } as const;
const values = (given: Partial<Search>, seed = 0) =>
  variantsOf({ search: { ...search, ...given }, seed }).map((variant) => variant.values);

describe('the variants of', () => {
  test('no search: one, with nothing changed', () => assert.deepEqual(values({}), [{}]));

  test('a grid: every combination, the last key changing fastest', () => {
    assert.deepEqual(values({ grid: { 'learner.alpha': [1, 2], 'learner.loss': ['a', 'b'] } }), [
      { 'learner.alpha': 1, 'learner.loss': 'a' },
      { 'learner.alpha': 1, 'learner.loss': 'b' },
      { 'learner.alpha': 2, 'learner.loss': 'a' },
      { 'learner.alpha': 2, 'learner.loss': 'b' },
    ]);
  });

  test('a random search: as many as it says, within their ranges, the same for the same seed', () => {
    const random = {
      n_iter: 200,
      space: { a: { low: 1e-6, high: 1e-2, log: true }, b: ['x', 'y'], c: { low: -1, high: 1, log: false } },
    };
    const found = values({ random }) as { a: number; b: string; c: number }[];
    assert.equal(found.length, 200);
    assert.ok(found.every(({ a, c }) => a >= 1e-6 && a <= 1e-2 && c >= -1 && c <= 1));
    assert.ok(found.filter(({ a }) => a < 1e-4).length > 60, 'half of a logarithmic range lies below its middle');
    assert.deepEqual(new Set(found.map(({ b }) => b)), new Set(['x', 'y']));
    assert.deepEqual(values({ random }), found);
    assert.notDeepEqual(values({ random }, 1), found);
  });
});

test('a variant changes the parameters at its paths', () => {
  const members = { learner: { alpha: 1, loss: 'hinge' }, name: 'a' };
  assert.deepEqual(withVariant(members, { index: 0, values: { 'learner.alpha': 2, 'features.x.y': 3 } }), {
    name: 'a',
    learner: { loss: 'hinge', alpha: 2 },
    features: { x: { y: 3 } },
  });
});
