import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareModels } from '../../../src/learning/evaluation/compare-models.ts';
import { evaluate } from '../../../src/learning/evaluation/evaluate.ts';
import { comparisonText, evaluationText } from '../../../src/learning/evaluation/evaluation-text.ts';
import { fromScores, randomPredictions } from './predictions-of.ts';

const predictions = fromScores([0.9, 0.8, 0.3, 0.6, 0.1], [1, 1, 1, 0, 0]);

test('tables for people', () => {
  const city = ['X', 'X', 'X', undefined, undefined];
  const text = evaluationText(evaluate(predictions, { slices: { city }, slicing: { leastRows: 2 } }));
  assert.match(text, /^5 rows, positive class yes\naccuracy +0\.6000\n/);
  const rest = text.slice(text.indexOf('class  '));
  assert.equal(
    rest,
    `class  precision  recall      f1  rows
no        0.5000  0.5000  0.5000     2
yes       0.6667  0.6667  0.6667     3

actual \\ predicted  no  yes
no                   1    1
yes                  1    2

by city  rows  accuracy      f1
X           3    0.6667  0.8000
(none)      2    0.5000  0.0000    worst
`,
  );
});

test('intervals, undefined figures and small slices are shown', () => {
  const city = Array.from({ length: 40 }, (_, row) => (row < 30 ? 'X' : `${row}`));
  const text = evaluationText(
    evaluate(randomPredictions(40), { slices: { city }, bootstrap: { seed: 1, rounds: 50, level: 0.9 } }),
  );
  assert.match(text, /40 rows, positive class yes +90 % interval\naccuracy +0\.\d{4} {2}0\.\d{4} to 0\.\d{4}\n/);
  assert.match(text, /\nX +30 .* 0\.\d{4} to 0\.\d{4} {2}worst\n10 with under 20 rows +10 /);
  assert.match(evaluationText(evaluate(fromScores([0.9], [1]))), /roc_auc +undefined/);
});

test('a comparison in two lines', () => {
  const wrong = { ...predictions, predicted: predictions.actual.map((value) => 1 - value) };
  const text = comparisonText(compareModels(predictions, wrong, { seed: 1, rounds: 100 }), ['new', 'old']);
  assert.match(text, /^accuracy: new 0\.6000, old 0\.0000, difference 0\.6000 \(interval 0\.\d{4} to 1\.0000\)\n/);
  assert.match(text, /right only in new 3, only in old 0; McNemar's test \(exact\): p = 0\.25\n$/);
  const many = randomPredictions(200, { strength: 0.8 });
  const flipped = { ...many, predicted: many.predicted.map((value) => 1 - value) };
  assert.match(
    comparisonText(compareModels(many, flipped, { seed: 1, rounds: 10 })),
    /\(chi-square \d+\.\d{4}\): p = /,
  );
});
