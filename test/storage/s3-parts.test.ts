import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PartBuffer, partBytes } from '../../src/storage/s3-parts.ts';

const mebibyte = 1024 * 1024;

describe('partBytes', () => {
  it('makes 5 TiB of at most 10,000 parts, of which none is too small or too large for S3', () => {
    let total = 0;
    for (let part = 1; part <= 10_000; part += 1) {
      assert.ok(partBytes(part) >= 5 * mebibyte && partBytes(part) <= 5 * 1024 * mebibyte);
      total += partBytes(part);
    }
    assert.ok(total >= 5 * 1024 * 1024 * mebibyte);
  });

  it('is 8 MiB for the first 8 GB', () => {
    assert.deepEqual(
      [1, 1000, 1001, 2001].map(partBytes),
      [8, 8, 16, 32].map((size) => size * mebibyte),
    );
  });
});

describe('PartBuffer', () => {
  it('takes as much as there is room for, again and again', () => {
    const part = new PartBuffer(5);
    assert.deepEqual([part.bytes.length, part.isFull], [0, false]);
    assert.equal(part.fill(Buffer.from('abc'), 0), 3);
    assert.equal(part.fill(Buffer.from('-defg'), 1), 2);
    assert.deepEqual([part.bytes.toString(), part.isFull], ['abcde', true]);
    assert.equal(part.fill(Buffer.from('x'), 0), 0);
    part.clear();
    assert.equal(part.fill(Buffer.from('fg'), 0), 2);
    assert.equal(part.bytes.toString(), 'fg');
  });
});
