import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitPlatt } from '../../../src/learning/calibration/platt.ts';
import { needsShared, readReference } from '../../models/text/shared-reference.ts';

test("equals scikit-learn's calibration", needsShared, () => {
  for (const { decision, label, A, B } of readReference('calibration.json').platt) {
    const { a, b } = fitPlatt(
      decision,
      label.map((value: number) => value === 1),
    );
    assert.ok(Math.abs(a - A) < 1e-4, `a ${a} is not ${A}`);
    assert.ok(Math.abs(b - B) < 1e-4, `b ${b} is not ${B}`);
  }
});

test('stays finite where the classes are far apart, or one is absent', () => {
  for (const positive of [
    [false, true],
    [true, true],
    [false, false],
  ]) {
    const { a, b } = fitPlatt([-1e4, 1e4], positive);
    assert.ok(Number.isFinite(a) && Number.isFinite(b), `${positive}`);
  }
});
