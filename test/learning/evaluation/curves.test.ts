import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calibrationCurve, expectedCalibrationError } from '../../../src/learning/evaluation/calibration-curve.ts';
import { evaluate } from '../../../src/learning/evaluation/evaluate.ts';
import { levelsOf } from '../../../src/learning/evaluation/levels.ts';
import { averagePrecision, prCurve } from '../../../src/learning/evaluation/precision-recall.ts';
import { selectRows } from '../../../src/learning/evaluation/predictions.ts';
import { rocAuc, rocCurve } from '../../../src/learning/evaluation/roc.ts';
import { createRandom, shuffle } from '../../../src/learning/random.ts';
import { fromScores } from './predictions-of.ts';

/** Scores with many ties. */
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 1, maxLength: 40 });

const levels = (pairs: [number, boolean][]) =>
  levelsOf(
    Float64Array.from(pairs, ([score]) => score / 8),
    Int32Array.from(pairs, ([, positive]) => Number(positive)),
    1,
  );

test('ROC-AUC is the share of pairs in order, ties half', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const [positives, negatives] = [pairs.filter(([, yes]) => yes), pairs.filter(([, yes]) => !yes)];
      const inOrder = positives.flatMap(([a]) => negatives.map(([b]) => (a > b ? 1 : a === b ? 0.5 : 0)));
      const expected = inOrder.length
        ? inOrder.reduce<number>((sum, value) => sum + value, 0) / inOrder.length
        : undefined;
      close(rocAuc(levels(pairs)), expected);
    }),
  );
});

test('average precision is the mean precision at the rank of each positive, ties as one', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const precisions = pairs
        .filter(([, yes]) => yes)
        .map(([score]) => {
          const above = pairs.filter(([other]) => other >= score);
          return above.filter(([, yes]) => yes).length / above.length;
        });
      const mean = precisions.reduce((sum, value) => sum + value, 0) / precisions.length;
      close(averagePrecision(levels(pairs)), precisions.length ? mean : undefined);
    }),
  );
});

test('no figure depends on the order of the rows', () => {
  fc.assert(
    fc.property(rows, fc.integer(), (pairs, seed) => {
      const predictions = fromScores(
        pairs.map(([score]) => score / 8),
        pairs.map(([, yes]) => Number(yes)),
      );
      const order = Uint32Array.from(pairs.keys());
      shuffle(order, createRandom(seed));
      const [before, after] = [evaluate(predictions), evaluate(selectRows(predictions, order))];
      assert.deepEqual(after.confusion, before.confusion);
      for (const name of ['roc_auc', 'average_precision', 'log_loss', 'brier', 'calibration_error'] as const) {
        close(after[name], before[name]);
      }
    }),
  );
});

test('curves without points between lose no area and no corner', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      fc.pre(pairs.some(([, yes]) => yes) && pairs.some(([, yes]) => !yes));
      const [all, few] = [rocCurve(levels(pairs), { drop_intermediate: false }), rocCurve(levels(pairs))];
      assert.ok(few.fpr.length <= all.fpr.length);
      close(area(few.fpr, few.tpr), area(all.fpr, all.tpr));
      const [precise, thin] = [prCurve(levels(pairs)), prCurve(levels(pairs), { drop_intermediate: true })];
      assert.deepEqual(new Set(thin.recall), new Set(precise.recall));
      close(Math.max(...thin.precision), Math.max(...precise.precision));
    }),
  );
});

test('drop_intermediate as scikit-learn drops', () => {
  // By the rule of its source: a point goes where both counts go on as before (ROC), or recall stands still (PR).
  const ranked = levelsOf(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), Int32Array.of(0, 0, 1, 1, 0, 1, 1), 1);
  const roc = rocCurve(ranked);
  assert.deepEqual([...roc.thresholds], [Number.POSITIVE_INFINITY, 0.7, 0.6, 0.5, 0.3, 0.1]);
  assert.deepEqual([...roc.tpr], [0, 0.25, 0.5, 0.5, 1, 1]);
  const pr = prCurve(ranked, { drop_intermediate: true });
  assert.deepEqual([...pr.thresholds], [0.1, 0.3, 0.4, 0.5, 0.6, 0.7]);
  assert.deepEqual([...pr.recall], [1, 1, 0.75, 0.5, 0.5, 0.25, 0]);
});

test('without a positive row every recall is 1, as in scikit-learn', () => {
  const { precision, recall } = prCurve(levelsOf(Float64Array.of(0.1, 0.2), Int32Array.of(0, 0), 1));
  assert.deepEqual([...recall], [1, 1, 0]);
  assert.deepEqual([...precision], [0, 0, 1]);
});

test('bins of equal width: an edge belongs to the lower bin, empty bins are left out', () => {
  const bins = calibrationCurve(Float64Array.of(0, 0.2, 0.21, 1), Uint8Array.of(0, 1, 1, 1), { bins: 5 });
  assert.deepEqual(bins, [
    { mean_probability: 0.1, observed: 0.5, rows: 2 },
    { mean_probability: 0.21, observed: 1, rows: 1 },
    { mean_probability: 1, observed: 1, rows: 1 },
  ]);
});

test('bins of equal mass hold about as many rows each', () => {
  const probabilities = Float64Array.of(0.01, 0.02, 0.03, 0.04, 0.9, 0.95);
  const bins = calibrationCurve(probabilities, new Uint8Array(6), { bins: 3, strategy: 'equal_mass' });
  assert.deepEqual(
    bins.map(({ rows: count }) => count),
    [2, 2, 2],
  );
});

test('the calibration error is the mean distance, weighted by rows', () => {
  const probabilities = Float64Array.of(0.05, 0.05, 0.95);
  const hits = Uint8Array.of(1, 0, 1);
  close(expectedCalibrationError(probabilities, hits), (2 * 0.45 + 0.05) / 3);
  close(expectedCalibrationError(probabilities, hits, { bins: 1 }), 2 / 3 - 0.35);
});

function area(x: Float64Array, y: Float64Array): number {
  const at = (values: Float64Array, index: number) => values[index] ?? 0;
  return x.reduce((sum, _, i) => sum + ((at(x, i) - at(x, i - 1)) * (at(y, i) + at(y, i - 1))) / 2, 0);
}

function close(received: number | null | undefined, expected: number | null | undefined): void {
  if (typeof received !== 'number' || typeof expected !== 'number') assert.equal(received, expected);
  else assert.ok(Math.abs(received - expected) < 1e-12, `${received} is not ${expected}`);
}
