import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BatchlineError } from '../../../src/errors.ts';
import { TooLargeError } from '../../../src/transform/splitting/mini-batch.ts';
import { manyTfRecords, singleTfRecords } from '../../../src/transform/splitting/tf-record.ts';
import { batches, bodies, inChunksOf, texts } from './collect.ts';

/** Bit by bit, and so written apart from the table of the code under test. */
function maskedCrc(bytes: Buffer): Buffer {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  const masked = (((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn;
  const word = Buffer.alloc(4);
  word.writeUInt32LE(Number(masked));
  return word;
}

function record(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, maskedCrc(length), bytes, maskedCrc(bytes)]);
}

const three = Buffer.concat([record('1'), record('22'), record('4444')]); // 17, 18 and 20 bytes

describe('TFRecord', () => {
  test('a record that TensorFlow wrote', async () => {
    // the bytes that its event_file_loader_test reads
    const hex = '1800000000000000a37f4b22090000c025dd75d5411a0d627261696e2e4576656e743a31ecf3328d';
    const [data] = await bodies(singleTfRecords, [Buffer.from(hex, 'hex')]);
    assert.equal(data?.subarray(11).toString(), 'brain.Event:1');
  });

  test('SingleRecord sends the data alone', async () => {
    assert.deepEqual(await texts(singleTfRecords, [three, record('')]), ['1', '22', '4444', '']);
  });

  test('MultiRecord sends as many records as fit, as they are', async () => {
    assert.deepEqual(await bodies(manyTfRecords, [three], 35), [three.subarray(0, 35), three.subarray(35)]);
    assert.deepEqual(await bodies(manyTfRecords, [three], 55), [three]);
    assert.deepEqual(await bodies(manyTfRecords, [three], 34), [
      three.subarray(0, 17),
      three.subarray(17, 35),
      three.subarray(35),
    ]);
  });

  test('nothing', async () => {
    assert.deepEqual(await texts(singleTfRecords, []), []);
    assert.deepEqual(await texts(manyTfRecords, ['']), []);
  });

  test('says where each mini-batch starts', async () => {
    const starts = (await batches(singleTfRecords, [three], 10)).map(({ offset }) => offset);
    assert.deepEqual(starts, [0, 17, 35]);
  });

  test('any records in any chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 25, max: 70 }),
        async (records, chunkBytes, maxBytes) => {
          const data = records.map((bytes) => Buffer.from(bytes));
          const file = Buffer.concat(data.map(record));
          const chunks = inChunksOf(file, chunkBytes);
          assert.deepEqual(await bodies(singleTfRecords, chunks), data);
          const many = await bodies(manyTfRecords, chunks, maxBytes);
          assert.deepEqual(Buffer.concat(many), file);
          assert.ok(many.every((body) => body.length <= maxBytes));
        },
      ),
    ));

  test('a record over the limit', async () => {
    for (const [cut, maxBytes, bytes] of [
      [singleTfRecords, 3, 4],
      [manyTfRecords, 19, 20],
    ] as const) {
      await assert.rejects(bodies(cut, [three], maxBytes), (error) => {
        assert.ok(error instanceof TooLargeError);
        assert.deepEqual([error.offset, error.bytes], [35, bytes]);
        return true;
      });
    }
  });
});

describe('a broken file', () => {
  const flipped = (at: number) => three.map((byte, index) => (index === at ? byte ^ 1 : byte)) as Buffer;
  const cases: [name: string, file: Buffer, message: RegExp][] = [
    ['a wrong length', flipped(17), /^not TFRecord at byte 17: expected the masked CRC-32C of the length to be 0x/],
    ['a wrong checksum of it', flipped(25), /^not TFRecord at byte 17: .* the length to be 0x\w{8}, received 0x\w{8}$/],
    ['wrong data', flipped(48), /^not TFRecord at byte 35: expected the masked CRC-32C of the data to be 0x/],
    ['a wrong checksum of them', flipped(54), /^not TFRecord at byte 35: .* the data to be 0x\w{8}, received 0x\w{8}$/],
    ['text', Buffer.from('{"no":"TFRecord"}\n'), /^not TFRecord at byte 0: .* CRC-32C of the length/],
    [
      'cut in a header',
      three.subarray(0, 20),
      /^not TFRecord at byte 17: expected 12 bytes, a length and its checksum, received the end after 3$/,
    ],
    [
      'cut in the data',
      three.subarray(0, 48),
      /^not TFRecord at byte 35: expected 4 bytes of data and 4 of checksum, received the end after 1$/,
    ],
  ];
  for (const [name, file, message] of cases) {
    test(name, async () => {
      for (const cut of [manyTfRecords, singleTfRecords]) {
        await assert.rejects(bodies(cut, [file]), (error) => {
          assert.ok(error instanceof BatchlineError);
          assert.equal(error.code, 'JOB_FAILED');
          assert.match(error.message, message);
          return true;
        });
      }
    });
  }
});
