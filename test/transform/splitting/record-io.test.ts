import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BatchlineError } from '../../../src/errors.ts';
import { TooLargeError } from '../../../src/transform/splitting/mini-batch.ts';
import { manyRecordIo, singleRecordIo } from '../../../src/transform/splitting/record-io.ts';
import { batches, bodies, inChunksOf, texts } from './collect.ts';
import { part } from './record-io-file.ts';

const magic = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
const three = Buffer.concat([part('1'), part('22'), part('4444')]);
const inParts = Buffer.concat([part('ab', 1), part('', 2), part('cdefg', 3)]);

describe('RecordIO', () => {
  test('a file by hand', async () => {
    const file = Buffer.from('0a23d7ce0300000061626300' + '0a23d7ce00000000', 'hex');
    assert.deepEqual(await texts(singleRecordIo, [file]), ['abc', '']);
  });

  test('SingleRecord sends the data, without header and padding', async () => {
    assert.deepEqual(await texts(singleRecordIo, [three]), ['1', '22', '4444']);
  });

  test('MultiRecord sends as many records as fit, as they are', async () => {
    assert.deepEqual(await bodies(manyRecordIo, [three], 24), [three.subarray(0, 24), three.subarray(24)]);
    assert.deepEqual(await bodies(manyRecordIo, [three], 36), [three]);
    assert.deepEqual(await bodies(manyRecordIo, [three], 12), [
      three.subarray(0, 12),
      three.subarray(12, 24),
      three.subarray(24),
    ]);
  });

  test('neighbours in memory are one piece, so that a connection has few to write', async () => {
    const [batch] = await batches(manyRecordIo, [three], 100);
    assert.equal(batch?.body.length, 1);
  });

  test('nothing', async () => {
    assert.deepEqual(await texts(singleRecordIo, []), []);
    assert.deepEqual(await texts(manyRecordIo, ['']), []);
  });

  test('a record in parts gets the magic number back between them', async () => {
    const record = Buffer.concat([Buffer.from('ab'), magic, magic, Buffer.from('cdefg')]);
    assert.deepEqual(await bodies(singleRecordIo, [inParts, part('x')]), [record, Buffer.from('x')]);
    assert.deepEqual(await bodies(manyRecordIo, [inParts, part('x')]), [Buffer.concat([inParts, part('x')])]);
  });

  test('a record in parts is never divided', async () => {
    assert.deepEqual(await bodies(manyRecordIo, [part('x'), inParts], inParts.length), [part('x'), inParts]);
  });

  test('says where each mini-batch starts', async () => {
    const starts = (await batches(singleRecordIo, [three], 10)).map(({ offset }) => offset);
    assert.deepEqual(starts, [0, 12, 24]);
  });

  test('any records in any chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 20, max: 60 }),
        async (records, chunkBytes, maxBytes) => {
          const data = records.map((record) => Buffer.from(record));
          const file = Buffer.concat(data.map((record) => part(record)));
          const chunks = inChunksOf(file, chunkBytes);
          assert.deepEqual(await bodies(singleRecordIo, chunks), data);
          const many = await bodies(manyRecordIo, chunks, maxBytes);
          assert.deepEqual(Buffer.concat(many), file);
          assert.ok(many.every((body) => body.length <= maxBytes));
        },
      ),
    ));
});

describe('a record over the limit', () => {
  const cases: [name: string, chunks: Buffer[], maxBytes: number, offset: number, single: number, many: number][] = [
    ['first', [part('0123456789'), part('1')], 9, 0, 10, 20],
    ['in the middle', [part('1'), part('0123456789'), part('1')], 9, 12, 10, 20],
    ['last', [part('1'), part('0123456789')], 9, 12, 10, 20],
    ['in parts', [part('1'), inParts], 10, 12, 15, inParts.length],
  ];
  for (const [name, chunks, maxBytes, offset, single, many] of cases) {
    test(`SingleRecord, ${name}: the size of the data`, async () => {
      await assert.rejects(bodies(singleRecordIo, chunks, maxBytes), isTooLarge(offset, single));
    });
    test(`MultiRecord, ${name}: the size with its framing`, async () => {
      await assert.rejects(bodies(manyRecordIo, chunks, maxBytes + 3), isTooLarge(offset, many));
    });
  }

  test('SingleRecord sends a record of exactly the limit', async () => {
    assert.deepEqual(await texts(singleRecordIo, [part('0123456789')], 10), ['0123456789']);
  });
});

describe('a broken file', () => {
  const cases: [name: string, file: Buffer, message: string][] = [
    [
      'another magic number',
      Buffer.concat([part('1'), Buffer.from('no RecordIO')]),
      'not RecordIO at byte 12: expected the magic number 0xced7230a, received 0x52206f6e',
    ],
    [
      'cut in a header',
      three.subarray(0, 17),
      'not RecordIO at byte 12: expected 8 bytes, the header of a record, received the end after 5',
    ],
    [
      'cut in the data',
      three.subarray(0, 33),
      'not RecordIO at byte 24: expected 4 bytes of data and 0 of padding behind the header, received the end after 1',
    ],
    [
      'cut in the padding',
      three.subarray(0, 11),
      'not RecordIO at byte 0: expected 1 bytes of data and 3 of padding behind the header, received the end after 3',
    ],
    [
      'the end between two parts',
      inParts.subarray(0, 12),
      'not RecordIO at byte 12: expected 8 bytes, the next part of a record, received the end after 0',
    ],
    [
      'a middle part first',
      part('a', 2),
      'not RecordIO at byte 0: expected the continuation flag 0 (a whole record) or 1 (the first part), received 2 (a middle part)',
    ],
    [
      'a whole record between parts',
      Buffer.concat([part('a', 1), part('b')]),
      'not RecordIO at byte 12: expected the continuation flag 2 (a middle part) or 3 (the last part), received 0 (a whole record)',
    ],
    [
      'a flag that there is not',
      part('a', 5),
      'not RecordIO at byte 0: expected the continuation flag 0 (a whole record) or 1 (the first part), received 5',
    ],
  ];
  for (const [name, file, message] of cases) {
    test(name, async () => {
      for (const cut of [manyRecordIo, singleRecordIo]) {
        await assert.rejects(bodies(cut, [file]), (error) => {
          assert.ok(error instanceof BatchlineError);
          assert.deepEqual([error.code, error.message], ['JOB_FAILED', message]);
          return true;
        });
      }
    });
  }

  test('cut off in a record that is too large anyway', async () => {
    const message = /^not RecordIO at byte 0: expected 10 bytes of data and 2 of padding .* the end after 6$/;
    await assert.rejects(bodies(singleRecordIo, [part('0123456789').subarray(0, 14)], 5), { message });
  });

  test('lets go of the object', async () => {
    let closed = false;
    const chunks = async function* () {
      try {
        yield part('a', 2);
        yield part('b');
      } finally {
        closed = true;
      }
    };
    await assert.rejects(async () => {
      for await (const batch of singleRecordIo(chunks(), 10)) assert.fail(`${batch.bytes} bytes`);
    }, /not RecordIO/);
    assert.equal(closed, true);
  });
});

function isTooLarge(offset: number, bytes: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TooLargeError, String(error));
    assert.deepEqual([error.offset, error.bytes], [offset, bytes]);
    return true;
  };
}
