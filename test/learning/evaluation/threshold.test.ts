import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accuracy, balancedAccuracy } from '../../../src/learning/evaluation/agreement.ts';
import { classFigures } from '../../../src/learning/evaluation/class-figures.ts';
import { confusionMatrix } from '../../../src/learning/evaluation/confusion.ts';
import { chooseThreshold } from '../../../src/learning/evaluation/threshold.ts';

const cases: [name: string, probabilities: number[], actual: number[], threshold: number][] = [
  ['0.5 where it is as good as any', [0.2, 0.4, 0.6, 0.9], [0, 0, 1, 1], 0.5],
  ['halfway between two rows', [0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 0.25],
  ['of equals the nearest to 0.5', [0.1, 0.2, 0.6, 0.7, 0.9], [1, 0, 1, 0, 1], 0.5],
  ['all positive', [0.6, 0.7], [1, 1], 0.5],
  ['all positive, low', [0.3, 0.4], [1, 1], 0.3],
  ['all negative', [0.3, 0.4], [0, 0], 0.5],
  ['all negative, high', [0.7, 0.8], [0, 0], 0.9],
  ['a certain answer that is wrong', [1, 1, 0], [0, 0, 1], 0],
  ['the extremes', [0, 1], [0, 1], 0.5],
];
for (const [name, probabilities, actual, threshold] of cases) {
  test(`chooses ${name}`, () => {
    const received = chooseThreshold(Float64Array.from(probabilities), Int32Array.from(actual), 'accuracy');
    assert.ok(Math.abs(received - threshold) < 1e-12, `${received} is not ${threshold}`);
  });
}

const figures = {
  accuracy,
  balanced_accuracy: balancedAccuracy,
  f1: (matrix: ReturnType<typeof confusionMatrix>) => classFigures(matrix)[1]?.f1 as number,
};

test('no other threshold is better', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.boolean()), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rows, fc.constantFrom('accuracy', 'balanced_accuracy', 'f1'), (pairs, metric) => {
      const probabilities = Float64Array.from(pairs, ([tenths]) => tenths / 10);
      const actual = Int32Array.from(pairs, ([, positive]) => Number(positive));
      const at = (threshold: number) => {
        const predicted = Int32Array.from(probabilities, (value) => Number(value >= threshold));
        return figures[metric](confusionMatrix({ actual, predicted, classes: ['no', 'yes'] }));
      };
      const chosen = at(chooseThreshold(probabilities, actual, metric));
      for (let tenths = 0; tenths <= 10; tenths++) assert.ok(at(tenths / 10) <= chosen + 1e-12);
    }),
  );
});

test('neighbouring floating-point numbers are told apart', () => {
  const low = 0.6;
  const high = 0.6 + 2 ** -53;
  const threshold = chooseThreshold(Float64Array.of(low, high), Int32Array.of(0, 1), 'f1');
  assert.ok(low < threshold && threshold <= high);
});

test('says what is wrong', () => {
  const [two, one] = [Float64Array.of(0.1, 0.9), Int32Array.of(0)];
  assert.throws(() => chooseThreshold(two, one, 'f1'), /expected a probability for each row, received 2 for 1 rows/);
  assert.throws(
    () =>
      chooseThreshold(
        two.map(() => 2),
        Int32Array.of(0, 1),
        'f1',
      ),
    /row 0: expected 0 to 1, received 2/,
  );
  assert.throws(
    () => chooseThreshold(two, Int32Array.of(0, 1), 'recall' as 'f1'),
    /expected a metric \(f1, f1_macro, accuracy, balanced_accuracy, matthews_corrcoef\), received "recall"/,
  );
});
