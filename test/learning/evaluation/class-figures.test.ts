import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracy, balancedAccuracy, cohenKappa, matthews } from '../../../src/learning/evaluation/agreement.ts';
import { classFigures, macroFigures, weightedFigures } from '../../../src/learning/evaluation/class-figures.ts';
import { confusionMatrix, confusionRows } from '../../../src/learning/evaluation/confusion.ts';

const matrixOf = (actual: number[], predicted: number[], classes = ['no', 'yes']) =>
  confusionMatrix({ actual: Int32Array.from(actual), predicted: Int32Array.from(predicted), classes });

test('accuracy and F1', () => {
  const matrix = matrixOf([1, 1, 1, 0, 0], [1, 1, 0, 1, 0]);
  assert.deepEqual(confusionRows(matrix), [
    [1, 1],
    [1, 2],
  ]);
  assert.equal(accuracy(matrix), 0.6);
  assert.deepEqual(classFigures(matrix)[1], { precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 });
});

test('zero_division stands for a ratio without rows', () => {
  const matrix = matrixOf([0, 0], [0, 0]);
  for (const value of [0, 1, Number.NaN] as const) {
    assert.deepEqual(classFigures(matrix, value)[1], { precision: value, recall: value, f1: value, support: 0 });
  }
});

test('NaN leaves a class out of the averages, 0 and 1 count', () => {
  const matrix = matrixOf([0, 0, 1], [0, 0, 0]);
  assert.equal(macroFigures(matrix).precision, 1 / 3);
  assert.equal(macroFigures(matrix, 1).precision, (2 / 3 + 1) / 2);
  assert.equal(macroFigures(matrix, Number.NaN).precision, 2 / 3);
  assert.equal(weightedFigures(matrix, Number.NaN).precision, 2 / 3);
});

test('a class that occurs nowhere is not averaged', () => {
  const matrix = matrixOf([0, 1], [0, 1], ['a', 'b', 'c']);
  assert.deepEqual(macroFigures(matrix), { precision: 1, recall: 1, f1: 1 });
  assert.equal(balancedAccuracy(matrix), 1);
});

test('one class only: no correlation, and kappa is undefined', () => {
  const matrix = matrixOf([0, 0], [0, 0]);
  assert.equal(matthews(matrix), 0);
  assert.equal(cohenKappa(matrix), undefined);
});
