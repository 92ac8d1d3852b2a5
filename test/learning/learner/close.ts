import assert from 'node:assert/strict';

/** Fails when a number is further from another than the tolerance, relative to those above 1. */
export function close(actual: number | undefined, expected: number, message: string, tolerance = 1e-7): void {
  const error = Math.abs((actual ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${message}: ${actual} is not ${expected}`);
}
