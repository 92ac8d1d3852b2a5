import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../../src/learning/evaluation/evaluate.ts';
import { checkGateNames, checkGates, type Gates } from '../../../src/learning/evaluation/gates.ts';
import { fromScores, randomPredictions } from './predictions-of.ts';

/** Accuracy 0.6; F1, precision and recall 2/3; ROC-AUC 5/6. */
const predictions = fromScores([0.9, 0.8, 0.3, 0.6, 0.1], [1, 1, 1, 0, 0]);
const evaluation = evaluate(predictions);
const better = evaluate(fromScores([0.9, 0.8, 0.6, 0.3, 0.1], [1, 1, 1, 0, 0]));

const passed: [name: string, gates: Gates][] = [
  ['no gates', {}],
  ['a gate that is not set', { min_f1: undefined }],
  ['figures on their bounds', { min_accuracy: 0.6, max_log_loss: evaluation.log_loss as number }],
  ['several', { min_f1: 0.66, min_roc_auc: 0.8, max_brier: 0.5 }],
];
for (const [name, gates] of passed) {
  test(`passes: ${name}`, () => assert.deepEqual(checkGates(evaluation, gates), []));
}

test('a failure says which figure, what was expected and by how much', () => {
  const [failure, ...others] = checkGates(evaluation, { min_accuracy: 0.8, min_f1: 0.5, max_log_loss: 0.25 });
  assert.deepEqual(failure, {
    gate: 'min_accuracy',
    metric: 'accuracy',
    slice: null,
    expected: 0.8,
    received: 0.6,
    by: 0.8 - 0.6,
    interval: null,
    baseline: null,
    message: 'min_accuracy: accuracy: expected at least 0.8, received 0.6, 0.2 too low.',
  });
  assert.deepEqual(
    others.map(({ message }) => message),
    ['max_log_loss: log_loss: expected at most 0.25, received 0.5108, 0.2608 too high.'],
  );
});

test('a failure comes with the interval of what was received', () => {
  const drawn = evaluate(randomPredictions(300), { bootstrap: { seed: 1, rounds: 100 } });
  const [failure] = checkGates(drawn, { min_f1: 0.99 });
  assert.deepEqual(failure?.interval, drawn.intervals?.f1);
  assert.match(failure?.message ?? '', /received 0\.\d+ \(interval 0\.\d+ to 0\.\d+\), 0\.\d+ too low\.$/);
});

test('max_drop is of accuracy and F1, or of what it names', () => {
  const names = (gates: Gates, now = evaluation) => checkGates(now, gates, better).map(({ gate }) => gate);
  assert.deepEqual(names({ max_drop: 0.1 }), ['max_drop.accuracy', 'max_drop.f1']);
  assert.deepEqual(names({ max_drop: 0.35 }), ['max_drop.accuracy']);
  assert.deepEqual(names({ max_drop: { roc_auc: 0.1, log_loss: 0.5 } }), ['max_drop.roc_auc']);
  assert.deepEqual(names({ max_drop: { log_loss: 0.1 } }), ['max_drop.log_loss']);
  assert.deepEqual(names({ max_drop: 0 }, better), []);
  assert.deepEqual(checkGates(better, { max_drop: { accuracy: 0, log_loss: 0 } }, evaluation), []);
});

test('max_drop tells the baseline, and takes no rounding for a drop', () => {
  const [failure] = checkGates(evaluation, { max_drop: { accuracy: 0.01 } }, better);
  assert.equal(failure?.baseline, 1);
  assert.equal(
    failure?.message,
    "max_drop.accuracy: accuracy: expected at least 0.99 (the baseline's is 1), received 0.6, 0.39 too low.",
  );
  const [before, after] = [0.9, 0.9 - 0.1].map((accuracy) => ({ ...evaluation, accuracy }));
  assert.deepEqual(checkGates(after as never, { max_drop: { accuracy: 0.1 } }, before as never), []);
});

test('without a positive class max_drop is of the macro F1', () => {
  const { probabilities: _, ...labels } = predictions;
  const three = evaluate({ ...labels, classes: ['a', 'b', 'c'] });
  assert.deepEqual(
    checkGates(three, { max_drop: 0.1 }, better).map(({ metric }) => metric),
    ['accuracy', 'f1_macro'],
  );
});

test('each field is judged by its worst slice', () => {
  const city = Array.from({ length: 100 }, (_, row) => (row < 60 ? 'X' : 'Y'));
  const even = city.map(() => 'all');
  const random = randomPredictions(100, { strength: 0.8 });
  const predicted = random.actual.map((value, row) => (city[row] === 'Y' && row % 2 ? 1 - value : value));
  const sliced = evaluate(
    { ...random, predicted },
    { slices: { city, even }, slicing: { by: 'accuracy' }, bootstrap: { seed: 1, rounds: 100 } },
  );
  const [failure, ...others] = checkGates(sliced, { min_slice_accuracy: 0.7 });
  assert.deepEqual(others, []);
  assert.deepEqual(failure?.slice, { field: 'city', value: 'Y', rows: 40 });
  assert.deepEqual(failure?.interval, sliced.slices?.['city']?.worst?.interval);
  assert.match(
    failure?.message ?? '',
    /accuracy of city "Y" \(40 rows\): expected at least 0\.7, received 0\.5 \(interval/,
  );
  assert.equal(checkGates(sliced, { min_slice_f1: 1 })[0]?.interval, null);
  assert.equal(checkGates(sliced, { max_slice_log_loss: 0 }).length, 2);
});

test('slices that are all too small are not judged', () => {
  const small = evaluate(predictions, { slices: { city: ['X', 'X', 'Y', 'Y', 'Y'] } });
  assert.deepEqual(checkGates(small, { min_slice_f1: 1 }), []);
});

test('a figure that the rows do not define fails its gate', () => {
  const [failure] = checkGates(evaluate(fromScores([0.9], [1])), { min_roc_auc: 0.5 });
  assert.deepEqual([failure?.received, failure?.by], [null, null]);
  assert.equal(failure?.message, 'min_roc_auc: roc_auc: expected at least 0.5, but these rows do not define it.');
});

const { probabilities: _, ...labels } = predictions;
const bare = evaluate({ ...labels, classes: ['a', 'b', 'c'] });
const noAuc = evaluate(fromScores([0.9], [1]));
const wrong: [name: string, check: () => unknown, message: RegExp][] = [
  [
    'a letter too many',
    () => checkGateNames({ min_acuracy: 1 }),
    /unknown gate "min_acuracy"; did you mean "min_accuracy"\?/,
  ],
  ['a name used elsewhere', () => checkGateNames({ min_pr_auc: 1 }), /did you mean "min_average_precision"\?/],
  ['a slip in the prefix', () => checkGateNames({ mim_f1: 1 }), /did you mean "min_f1"\?/],
  ['another drop', () => checkGateNames({ max_drops: 1 }), /did you mean "max_drop"\?/],
  [
    'a drop of nothing known',
    () => checkGateNames({ max_drop: { mcc: 1 } }),
    /"max_drop.mcc"; did you mean "max_drop.matthews_corrcoef"\?/,
  ],
  [
    'nothing near',
    () => checkGateNames({ profit: 1 }),
    /unknown gate "profit"; expected max_drop, or min_, .* accuracy, /,
  ],
  [
    'a property of all objects',
    () => checkGateNames({ min_constructor: 1 }),
    /unknown gate "min_constructor"; expected/,
  ],
  ['no number', () => checkGateNames({ min_f1: '0.8' as never }), /gate min_f1: expected a number, received "0.8"/],
  ['several numbers', () => checkGateNames({ min_f1: { a: 1 } }), /gate min_f1: expected a number, received \{"a":1\}/],
  ['NaN', () => checkGateNames({ max_drop: Number.NaN }), /gate max_drop: expected a number/],
  [
    'no baseline',
    () => checkGates(evaluation, { max_drop: 0.1 }),
    /max_drop.accuracy: expected a baseline to compare with/,
  ],
  [
    'a baseline without it',
    () => checkGates(better, { max_drop: { f1: 0 } }, bare),
    /of the baseline.* has no f1: name a positive class/,
  ],
  [
    'a baseline undefined',
    () => checkGates(better, { max_drop: { roc_auc: 0 } }, noAuc),
    /the baseline's roc_auc is not defined/,
  ],
  ['no positive class', () => checkGates(bare, { min_f1: 0.5 }), /has no f1: name a positive class, or use f1_macro/],
  ['no probabilities', () => checkGates(bare, { max_brier: 0.5 }), /has no brier: it needs probabilities/],
  ['no slices', () => checkGates(evaluation, { min_slice_f1: 0.5 }), /expected an evaluation by slices, received none/],
];
for (const [name, check, message] of wrong) {
  test(`is an error: ${name}`, () => assert.throws(check, { code: 'INVALID_SETTING', message }));
}
