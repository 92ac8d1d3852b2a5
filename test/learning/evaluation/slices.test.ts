import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bySlice, worstSlice } from '../../../src/learning/evaluation/slices.ts';
import { fromScores, randomPredictions } from './predictions-of.ts';

const predictions = randomPredictions(300, { strength: 0.6 });
/** Of 300 rows 150 are in A, 100 in B (where everything is wrong), 30 have no city, and 20 cities have one row. */
const cities = Array.from({ length: 300 }, (_, row) =>
  row < 150 ? 'A' : row < 250 ? 'B' : row < 280 ? undefined : `village ${row}`,
);
const wrongInB = {
  ...predictions,
  predicted: predictions.predicted.map((value, row) =>
    cities[row] === 'B' ? 1 - (predictions.actual[row] as number) : value,
  ),
};

test('figures for each value, the most rows first; small ones gathered; the worst named', () => {
  const report = bySlice(wrongInB, cities);
  assert.equal(report.by, 'f1');
  assert.deepEqual(
    report.slices.map(({ value, rows }) => [value, rows]),
    [
      ['A', 150],
      ['B', 100],
      [null, 30],
    ],
  );
  assert.equal(report.small?.values, 20);
  assert.equal(report.small?.rows, 20);
  assert.equal(report.worst?.value, 'B');
  assert.equal(report.worst?.figures.accuracy, 0);
  assert.equal(typeof report.worst?.figures.roc_auc, 'number');
});

test('an interval of the figure that slices are judged by', () => {
  for (const by of ['accuracy', 'log_loss'] as const) {
    const { slices } = bySlice(predictions, cities, { by, bootstrap: { seed: 1, rounds: 100 } });
    for (const { interval, figures } of slices) {
      assert.ok(interval && interval.low <= (figures[by] as number) && (figures[by] as number) <= interval.high);
    }
  }
  const { slices } = bySlice(predictions, cities, { by: 'calibration_error', bootstrap: { seed: 1 } });
  assert.equal(slices[0]?.interval, undefined);
});

test('a slice without a positive row has no recall, and is not the worst for it', () => {
  const scores = [0.9, 0.4, 0.8, 0.1, 0.2, 0.1];
  const report = bySlice(fromScores(scores, [1, 1, 0, 0, 0, 0]), ['x', 'x', 'x', 'y', 'y', 'y'], { leastRows: 3 });
  const y = report.slices.find(({ value }) => value === 'y');
  assert.deepEqual(
    [y?.figures.recall, y?.figures.precision, y?.figures.f1, y?.figures.accuracy],
    [null, null, null, 1],
  );
  assert.equal(report.worst?.value, 'x');
});

test('of a loss the highest is the worst', () => {
  const slices = [0.2, 0.7, 0.5].map((log_loss, index) => ({ value: `${index}`, rows: 30, figures: { log_loss } }));
  assert.equal(worstSlice(slices, 'log_loss')?.value, '1');
});

test('only small slices: none is the worst', () => {
  const report = bySlice(fromScores([0.9], [1]), ['x']);
  assert.deepEqual([report.slices, report.worst], [[], null]);
  assert.equal(report.small?.rows, 1);
});

test('labels alone, of several classes', () => {
  const actual = Int32Array.of(0, 1, 2);
  const { by, slices } = bySlice({ actual, predicted: actual, classes: ['a', 'b', 'c'] }, ['x', 'x', 'x'], {
    leastRows: 1,
  });
  assert.equal(by, 'f1_macro');
  assert.equal(slices[0]?.figures.f1_macro, 1);
  assert.ok(!('roc_auc' in (slices[0]?.figures ?? {})));
});
