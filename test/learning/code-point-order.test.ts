import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCodePoints } from '../../src/learning/code-point-order.ts';

test('strings are in code-point order', () => {
  const sorted = ['b', 'aa', '\u{1f354}', '\uffee', 'a', '\u{1d7d8}'].toSorted(compareCodePoints);
  assert.deepEqual(sorted, ['a', 'aa', 'b', '\uffee', '\u{1d7d8}', '\u{1f354}']);
});
