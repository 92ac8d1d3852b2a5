import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SpentBytes } from '../../../src/transform/objects/spent-bytes.ts';

const size = 1024 * 1024;

describe('the memory of a chunk', () => {
  test('goes with the mini-batch that ends it, not before', () => {
    const spent = new SpentBytes();
    const chunk = Buffer.allocUnsafeSlow(size);
    spent.release(batchOf(chunk.subarray(0, 10)), true);
    assert.equal(chunk.length, size);
    spent.release(batchOf(chunk.subarray(10)), true);
    assert.equal(chunk.buffer.byteLength, 0);
  });

  test('stays if an attempt that was given up may still read any of it', () => {
    const spent = new SpentBytes();
    const chunk = Buffer.allocUnsafeSlow(size);
    const next = Buffer.allocUnsafeSlow(size);
    spent.release(batchOf(chunk.subarray(0, 10)), false);
    spent.release(batchOf(chunk.subarray(10), next), true);
    assert.equal(chunk.length, size);
    assert.equal(next.buffer.byteLength, 0);
  });

  test('stays if it is small: others may have a share of it', () => {
    const pooled = Buffer.allocUnsafe(100);
    new SpentBytes().release(batchOf(pooled), true);
    assert.equal(pooled.length, 100);
  });
});

function batchOf(...body: Buffer[]) {
  return { body, bytes: body.reduce((sum, { length }) => sum + length, 0), offset: 0 };
}
