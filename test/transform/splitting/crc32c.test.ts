import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../../src/transform/splitting/crc32c.ts';

// The vectors of RFC 3720, B.4, and the usual check value.
const vectors: [name: string, bytes: Buffer, crc: number][] = [
  ['nothing', Buffer.alloc(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
];

for (const [name, bytes, crc] of vectors) {
  test(`CRC-32C of ${name}`, () => assert.equal(crc32c(bytes), crc));
}
