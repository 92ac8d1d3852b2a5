import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmur3 } from '../../../src/models/text/murmur3.ts';
import { needsShared, readReference } from './shared-reference.ts';

test('equals murmurhash3_x86_32, signed', () => {
  const cases: [text: string, hash: number][] = [
    ['', 0],
    ['a', 1009084850],
    ['ab', -1681926305],
    ['abc', -1277324294],
    ['abcd', 1139631978],
    ['é', 269551495],
    ['🍔', -1055786221],
  ];
  for (const [text, hash] of cases) {
    const bytes = Buffer.from(`..${text}..`);
    assert.equal(murmur3(bytes, 2, bytes.length - 2), hash, text);
  }
});

test("equals scikit-learn's hash of every reference token", needsShared, () => {
  const { murmurhash3_32_seed0_signed: tokens, bytes: seeded } = readReference('hashing.json');
  for (const [text, hash] of tokens) assert.equal(murmur3(Buffer.from(text), 0, Buffer.byteLength(text)), hash, text);
  for (const [text, hash, seed] of seeded) {
    assert.equal(murmur3(Buffer.from(text), 0, Buffer.byteLength(text), seed), hash, `${text} with seed ${seed}`);
  }
});
