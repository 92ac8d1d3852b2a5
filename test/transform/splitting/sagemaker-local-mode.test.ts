import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import { cutFor } from '../../../src/transform/splitting/cut.ts';
import { type Cut, type MiniBatch, TooLargeError } from '../../../src/transform/splitting/mini-batch.ts';
import { pack } from '../../../src/transform/splitting/pack.ts';
import { bodies, inChunksOf, source, texts } from './collect.ts';
import { part } from './record-io-file.ts';

// The cases of the SageMaker Python SDK's local mode that are about splitting, by the numbers of the contract (§3), and
// the defects of that mode. Sources: sagemaker-python-sdk 2.257, tests/unit/sagemaker/local/test_local_data.py (T1 to
// T9); sagemaker-train/tests/unit/train/local/test_data.py (T4, T10); src/sagemaker/local/data.py (the defects).

const mib = 1024 * 1024;
const jpeg = Buffer.from('ffd8ffe000104a46494600010101004800480000', 'hex');

function cutOf(splitType: string, batchStrategy = 'MultiRecord'): Cut {
  return cutFor({ splitType, batchStrategy, assumptions: { terminator: 'keep', 'blank-lines': 'send' } });
}

async function packed(records: readonly string[], maxBytes: number): Promise<string[]> {
  const asRecords = async function* (): AsyncGenerator<MiniBatch> {
    for (const record of records) yield { body: [Buffer.from(record)], bytes: record.length, offset: 0 };
  };
  const all: string[] = [];
  for await (const { body } of pack(asRecords(), maxBytes)) all.push(Buffer.concat(body).toString());
  return all;
}

describe('the cases of local mode', () => {
  test('T1 SplitType None: a text is one identical record', async () => {
    assert.deepEqual(await texts(cutOf('None'), ['this\nis\na\ntest']), ['this\nis\na\ntest']);
  });

  test('T2 SplitType None: other bytes too', async () => {
    assert.deepEqual(await bodies(cutOf('None'), [jpeg]), [jpeg]);
    assert.deepEqual(await bodies(cutOf('None', 'SingleRecord'), [jpeg]), [jpeg]);
  });

  test('T3 SplitType Line: ten records, each with its newline', async () => {
    const lines = Array.from({ length: 10 }, (_, i) => `${i}\n`);
    assert.deepEqual(await texts(cutOf('Line', 'SingleRecord'), [lines.join('')]), lines);
  });

  test('T4 SplitType Line: the last record without a newline', async () => {
    const records = await texts(cutOf('Line', 'SingleRecord'), ['line1\nline2\nline3']);
    assert.deepEqual(records, ['line1\n', 'line2\n', 'line3']);
  });

  test('T5 SplitType RecordIO: ten written, the same ten read', async () => {
    const records = Array.from({ length: 10 }, (_, i) => Buffer.from([i, ...jpeg.subarray(0, i)]));
    const file = Buffer.concat(records.map((record) => part(record)));
    assert.deepEqual(await bodies(cutOf('RecordIO', 'SingleRecord'), inChunksOf(file, 7)), records);
  });

  test('T6 a split or strategy that there is not is an error', () => {
    const refused = (message: RegExp) => (error: unknown) => {
      assert.ok(error instanceof BatchlineError);
      assert.match(error.message, message);
      return true;
    };
    assert.throws(
      () => cutOf('SomethingInvalid'),
      refused(/^SplitType: expected None, Line, RecordIO or TFRecord, received "SomethingInvalid"$/),
    );
    assert.throws(
      () => cutOf('Line', 'NiceRecord'),
      refused(/^BatchStrategy: expected MultiRecord or SingleRecord, received "NiceRecord"$/),
    );
  });

  test('T7 SingleRecord at 6 MB: the records as they are', async () => {
    assert.deepEqual(await texts(cutOf('Line', 'SingleRecord'), ['123\n456\n789'], 6 * mib), ['123\n', '456\n', '789']);
  });

  test('T8 SingleRecord: 2 MiB at 1 MB is an error, without a limit one record', async () => {
    const record = Buffer.alloc(2 * mib, 'x');
    await assert.rejects(bodies(cutOf('Line', 'SingleRecord'), inChunksOf(record, mib), mib), TooLargeError);
    assert.deepEqual(await bodies(cutOf('Line', 'SingleRecord'), inChunksOf(record, mib)), [record]);
  });

  test('T9 MultiRecord: as many as fit', async () => {
    assert.deepEqual(await packed(['123', '456', '789'], 6 * mib), ['123456789']);
    const records = Array.from({ length: 10 }, () => `${'x'.repeat(mib / 2 - 1)}\n`);
    const batches = await texts(cutOf('Line'), records, mib);
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [mib, mib, mib, mib, mib],
    );
    assert.deepEqual(await packed(records, mib), batches);
  });

  test('T10 MultiRecord without a limit, and with a small one; SingleRecord with one too small', async () => {
    assert.deepEqual(await packed(['a', 'b', 'c', 'd'], Infinity), ['abcd']);
    const limit = Math.floor(0.001 * mib);
    const line = `${'x'.repeat(499)}\n`;
    assert.deepEqual(await texts(cutOf('Line'), [line, line, line], limit), [line + line, line]);
    await assert.rejects(texts(cutOf('Line', 'SingleRecord'), ['x'.repeat(10_000_000)], limit), {
      name: 'TooLargeError',
      message: '10,000,000 bytes, more than MaxPayloadInMB allows (1,048 bytes)',
    });
  });
});

describe('the defects of local mode that ours does not have', () => {
  const large = `${'x'.repeat(20)}\n`;
  for (const [where, text, offset] of [
    ['first', `${large}a\n`, 0],
    ['in the middle', `a\n${large}b\n`, 2],
    ['last', `a\nb\n${large}`, 4],
  ] as const) {
    test(`MultiRecord sends an oversized record that is not the last one: ${where}`, async () => {
      await assert.rejects(texts(cutOf('Line'), [text], 10), (error) => {
        assert.ok(error instanceof TooLargeError);
        assert.deepEqual([error.offset, error.bytes], [offset, 21]);
        return true;
      });
    });
  }

  test('an oversized first record first makes an empty request', async () => {
    for (const chunks of [[large], [part('x'.repeat(20))]]) {
      const cut = cutOf(typeof chunks[0] === 'string' ? 'Line' : 'RecordIO');
      const sent: number[] = [];
      await assert.rejects(async () => {
        for await (const { bytes } of cut(source(chunks), 10)) sent.push(bytes);
      }, TooLargeError);
      assert.deepEqual(sent, []);
    }
  });

  test('an empty file makes an empty request', async () => {
    for (const splitType of ['None', 'Line', 'RecordIO', 'TFRecord']) {
      for (const strategy of ['MultiRecord', 'SingleRecord']) {
        assert.deepEqual(await texts(cutOf(splitType, strategy), []), [], `${splitType} ${strategy}`);
      }
    }
  });

  test('bytes with MultiRecord raise a TypeError', async () => {
    const file = Buffer.concat([part(jpeg), part(jpeg)]);
    assert.deepEqual(await bodies(cutOf('RecordIO'), [file]), [file]);
    assert.deepEqual(await bodies(cutOf('None'), [jpeg]), [jpeg]);
  });

  test('text that is not UTF-8 raises', async () => {
    const latin1 = Buffer.from('café\nnaïve\n', 'latin1');
    assert.deepEqual(await bodies(cutOf('Line'), [latin1]), [latin1]);
    assert.deepEqual(await bodies(cutOf('Line', 'SingleRecord'), [latin1]), [
      latin1.subarray(0, 5),
      latin1.subarray(5),
    ]);
  });

  test('CRLF becomes LF, and a carriage return a line end', async () => {
    const text = 'a\r\nb\rc\r\n';
    assert.deepEqual(await texts(cutOf('Line'), [text]), [text]);
    assert.deepEqual(await texts(cutOf('Line', 'SingleRecord'), [text]), ['a\r\n', 'b\rc\r\n']);
  });

  test('the limit counts the overhead of Python objects', async () => {
    assert.deepEqual(await texts(cutOf('Line'), ['123\n', '456\n'], 8), ['123\n456\n']);
  });

  test('TFRecord is not supported', async () => {
    await assert.rejects(texts(cutOf('TFRecord'), ['no TFRecord file']), /^BatchlineError: not TFRecord at byte 0/);
  });
});

test('blank lines are records, as in local mode', async () => {
  assert.deepEqual(await texts(cutOf('Line', 'SingleRecord'), ['\na\n\n']), ['\n', 'a\n', '\n']);
  assert.deepEqual(await texts(cutOf('Line'), ['\na\n\n']), ['\na\n\n']);
});
