import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decisions } from '../../../src/learning/learner/decisions.ts';
import { type FitProgress, fitLinear } from '../../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../../src/learning/learner/settings.ts';
import { SgdFitter } from '../../../src/learning/learner/sgd-fitter.ts';
import { blockOf } from './blocks.ts';
import { close } from './close.ts';

const answers = JSON.parse(readFileSync(join(import.meta.dirname, 'scikit-learn.json'), 'utf8'));
const block = blockOf(answers.rows);
const three = Int32Array.from(answers.labels);
const two = three.map((label) => Math.min(label, 1));

test('stops at the epoch at which SGDClassifier stops, with its weights, in all settings', () => {
  for (const { classes, settings, epochs, coef, intercept } of answers.cases) {
    const name = JSON.stringify(settings);
    let last = 0;
    const onEpoch = ({ epoch }: FitProgress) => {
      last = Math.max(last, epoch);
    };
    const fits = fitLinear(
      block,
      classes === 2 ? two : three,
      classes,
      {
        ...sgdDefaults,
        ...settings,
        shuffle: false,
      },
      { onEpoch },
    );
    assert.equal(last, epochs, name);
    assert.equal(fits.length, coef.length, name);
    // Where the scale shrinks by 0.28 a row, as in the last case, both lose digits of the mean: to 1e-9.
    for (const [index, fit] of fits.entries()) {
      close(fit.intercept, intercept[index], name, 1e-8);
      for (const [column, weight] of coef[index].entries()) close(fit.coef[column], weight, name, 1e-8);
    }
  }
});

test('epochs over parts of the rows are those over all of them', () => {
  const settings: SgdSettings = {
    ...sgdDefaults,
    loss: 'log_loss',
    average: true,
    alpha: 0.01,
    learning_rate: 'invscaling',
  };
  const labels = Int8Array.from(two, (label) => (label === 1 ? 1 : -1));
  const whole = new SgdFitter({ columns: 8, settings });
  const parts = new SgdFitter({ columns: 8, settings });
  const first = blockOf(answers.rows.slice(0, 25));
  const second = blockOf(answers.rows.slice(25));
  for (let epoch = 0; epoch < 3; epoch++) {
    whole.epoch(block, labels);
    parts.epoch(first, labels.slice(0, 25));
    parts.epoch(second, labels.slice(25));
    assert.deepEqual(parts.result(), whole.result());
  }
});

test('a seed fixes the orders of the rows, and several are averaged', () => {
  const settings: SgdSettings = { ...sgdDefaults, penalty: 'l1', alpha: 0.01, max_iter: 3, tol: null, seed: 7 };
  const fit = (over: Partial<SgdSettings>) => fitLinear(block, two, 2, { ...settings, ...over })[0] as LinearFit;
  assert.deepEqual(fit({}), fit({}));
  assert.notDeepEqual(fit({}), fit({ seed: 8 }));
  const mean = fit({ seeds: 2 });
  close(mean.intercept, (fit({}).intercept + fit({ seed: 8 }).intercept) / 2, 'intercept', 1e-15);
  close(mean.coef[0], ((fit({}).coef[0] as number) + (fit({ seed: 8 }).coef[0] as number)) / 2, 'coef', 1e-15);
});

test('early stopping sets rows of each class aside and judges by the accuracy on them', () => {
  const settings: SgdSettings = {
    ...sgdDefaults,
    alpha: 0.01,
    early_stopping: true,
    validation_fraction: 0.2,
    seed: 3,
  };
  const seen: FitProgress[] = [];
  const options = { onEpoch: (progress: FitProgress) => seen.push(progress) };
  fitLinear(block, three, 3, settings, options);
  assert.ok(seen.every(({ rows }) => rows === 48));
  assert.ok(seen.every(({ accuracy = Number.NaN }) => accuracy >= 0 && accuracy <= 1));
  const ofFirst = seen.filter((progress) => progress.class === 0).map(({ accuracy }) => accuracy as number);
  const best = ofFirst.indexOf(Math.max(...ofFirst));
  assert.ok(ofFirst.length >= best + 1 + settings.n_iter_no_change && ofFirst.length < settings.max_iter);
  assert.throws(() => fitLinear(block, two, 2, { ...settings, validation_fraction: 0.999 }), /leaves 0 to learn from/);
});

test('rows and columns: only the rows named are learned from, and columns beyond them have no weight', () => {
  const rows = Uint32Array.from({ length: 30 }, (_, index) => index * 2);
  const settings: SgdSettings = { ...sgdDefaults, tol: null, max_iter: 2, shuffle: false };
  const [fit] = fitLinear(block, two, 2, settings, { rows, columns: 10 }) as [LinearFit];
  const even = blockOf([...rows].map((row) => answers.rows[row]));
  const [same] = fitLinear(
    even,
    Int32Array.from(rows, (row) => two[row] as number),
    2,
    settings,
    { columns: 10 },
  ) as [LinearFit];
  assert.deepEqual(fit, same);
  assert.deepEqual([...fit.coef.slice(8)], [0, 0]);
  const decided = decisions(block, [fit, { coef: new Float64Array(1), intercept: 2 }], rows);
  assert.equal(decided.length, 60);
  assert.equal(decided[1], 2);
  assert.equal(decided[2], decisions(block, [fit])[2]);
});

test('presence is a value of 1', () => {
  const ones = blockOf(answers.rows.map((row: number[]) => row.map((value) => (value === 0 ? 0 : 1))));
  for (const over of [{ average: true }, { penalty: 'elasticnet' }] as const) {
    const settings = { ...sgdDefaults, ...over, seed: 1 };
    assert.deepEqual(fitLinear({ ...ones, values: undefined }, two, 2, settings), fitLinear(ones, two, 2, settings));
  }
});

test('averaging is exact when shrinking sets the weights to zero', () => {
  const rows = blockOf([[1], [1]]);
  const settings: SgdSettings = { ...sgdDefaults, alpha: 2, learning_rate: 'constant', eta0: 1 };
  const fit = (average: boolean) => {
    const fitter = new SgdFitter({ columns: 1, settings: { ...settings, average }, dense: true });
    fitter.epoch(rows, Int8Array.from([1, 1]));
    return [...fitter.result().coef];
  };
  // Each step shrinks by max(0, 1 - 2): w = 1, then b has a margin of 2 and w = 0.
  assert.deepEqual(fit(false), [0]);
  assert.deepEqual(fit(true), [0.5]);
});

test('says what is wrong: one class, an unknown label of class_weight, a fit that overflows; ends by its signal', () => {
  assert.throws(
    () => fitLinear(block, new Int32Array(60), 2, sgdDefaults),
    /at least two classes; its 60 rows are of one/,
  );
  assert.throws(() => fitLinear(block, new Int32Array(60).fill(2), 2, sgdDefaults), /row 0 has label 2 of 2 classes/);
  const weights = { ...sgdDefaults, class_weight: { yes: 2, maybe: 1 } };
  const named = { classNames: ['no', 'yes'] };
  assert.throws(() => fitLinear(block, two, 2, weights, named), /class_weight names maybe; the labels are no, yes/);
  const wild: SgdSettings = {
    ...sgdDefaults,
    loss: 'squared_hinge',
    learning_rate: 'constant',
    eta0: 1e300,
    penalty: null,
  };
  assert.throws(() => fitLinear(block, two, 2, wild), /the fit has overflowed/);
  assert.throws(() => fitLinear(block, two, 2, sgdDefaults, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
