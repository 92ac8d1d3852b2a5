import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lineRanges } from '../../../src/sagemaker/shard/line-ranges.ts';
import type { InputObject } from '../../../src/transform/job.ts';

const signal = AbortSignal.timeout(60_000);

describe('line ranges', () => {
  const cases: [about: string, text: string, count: number, ranges: string[]][] = [
    ['short lines', 'aa\nbb\ncc\ndd\n', 2, ['aa\nbb\n', 'cc\ndd\n']],
    ['a cut that falls between two lines', 'aaa\nbbb\n', 2, ['aaa\n', 'bbb\n']],
    ['a cut that falls on a newline', 'aaaa\nbbb\n', 2, ['aaaa\n', 'bbb\n']],
    ['no newline at the end', 'aa\nbb\ncc\ndd', 2, ['aa\nbb\n', 'cc\ndd']],
    ['CRLF', 'aa\r\nbb\r\ncc\r\ndd\r\n', 2, ['aa\r\nbb\r\n', 'cc\r\ndd\r\n']],
    ['blank lines', '\n\n\n\n', 4, ['\n', '\n', '\n', '\n']],
    ['one line', 'aaaaaaaaaaaa\n', 3, ['aaaaaaaaaaaa\n']],
    ['no newline at all', 'aaaaaaaaaaaa', 3, ['aaaaaaaaaaaa']],
    ['a line longer than a range', 'a\nbbbbbbbbbbbbbbbbb\nc\nd\n', 4, ['a\nbbbbbbbbbbbbbbbbb\n', 'c\nd\n']],
    ['a long last line', 'a\nb\nc\nddddddddddddd', 4, ['a\nb\n', 'c\nddddddddddddd']],
    ['one range', 'aa\nbb\n', 1, ['aa\nbb\n']],
    ['none wanted', 'aa\nbb\n', 0, ['aa\nbb\n']],
    ['an empty object', '', 0, ['']],
    ['more ranges than bytes', 'a\n', 9, ['a\n']],
  ];
  for (const [about, text, count, expected] of cases) {
    it(`of ${about}`, async () => {
      assert.deepEqual(await cut(text, count), expected);
    });
  }

  it('of lines of any length end with one, and are as many as can be', async () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const lines = Array.from({ length: 30 }, (_, index) => 'x'.repeat((seed * 7 + index * index * 13) % 40));
      const text = lines.join('\n') + (seed % 2 ? '\n' : '');
      const count = 1 + (seed % 12);
      const ranges = await cut(text, count);
      assert.equal(ranges.join(''), text);
      for (const range of ranges.slice(0, -1)) assert.ok(range.endsWith('\n') && range.length > 1);
      assert.ok(ranges.length <= count);
    }
  });

  it('read no more than the surroundings of the cuts', async () => {
    const read: number[] = [];
    const text = 'a line of some length\n'.repeat(100_000);
    const ranges = await cut(text, 8, (bytes) => read.push(bytes));
    assert.equal(ranges.length, 8);
    assert.ok(read.reduce((sum, bytes) => sum + bytes, 0) <= 7 * 16 * 1024, `${read}`);
  });

  it('look further and further for the end of a long line', async () => {
    const long = 'x'.repeat(300_000);
    const reads: number[] = [];
    const ranges = await cut(`${long}\n${long}\n`, 2, (bytes) => reads.push(bytes));
    assert.deepEqual(
      ranges.map(({ length }) => length),
      [300_001, 300_001],
    );
    const [first, second] = await cut(`${'x'.repeat(350_000)}\n${'y'.repeat(250_000)}\n`, 2, (bytes) =>
      reads.push(bytes),
    );
    assert.deepEqual([first?.length, second?.length], [350_001, 250_001]);
    assert.deepEqual(reads, [16_384, 16_384, 131_072]);
  });
});

async function cut(text: string, count: number, onRead: (bytes: number) => void = () => undefined): Promise<string[]> {
  const bytes = Buffer.from(text);
  const read: InputObject['store']['read'] = async function* (_, { start = 0, end = bytes.length }) {
    onRead(end - start);
    for (let at = start; at < end; at += 10_000) yield bytes.subarray(at, Math.min(end, at + 10_000));
  };
  const input = { store: { read }, object: { key: 'a', bytes: bytes.length, etag: 'e' } } as unknown as InputObject;
  const ranges = await lineRanges(input, count, signal);
  return ranges.map(({ start, end }) => text.slice(start, end));
}
