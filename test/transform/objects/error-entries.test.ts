import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findErrors, locateErrors } from '../../../src/transform/objects/error-entries.ts';
import { errorLine } from '../scoring-stub.ts';

const found = (line: number) => ({ line, code: 'INVALID_JSON', message: 'expected a value' });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('error lines of an output', () => {
  test('are found wherever the pieces end, with the numbers of their lines', async () => {
    const output = Buffer.from(`{"a":1}\n${errorLine(2)}\n\n${errorLine(4)}\n{"b":2}\n${errorLine(6)}`);
    const expected = [found(12), found(14), found(16)];
    for (let size = 1; size < 60; size += 1) assert.deepEqual(await findErrors(pieces(output, size), 11), expected);
  });
});

describe('the record of an error line', () => {
  const cases: [name: string, input: string, line: number, offset: number, record: string][] = [
    ['the first', 'a\nb\n', 1, 0, 'a'],
    ['one after a blank line', 'a\n\nb\n', 3, 3, 'b'],
    ['a blank line', 'a\n\nb\n', 2, 2, ''],
    ['of CRLF, whose return belongs to it', 'a\r\nb\r\nc\r\n', 2, 3, 'b\r'],
    ['the last, without a newline', 'a\nb', 2, 2, 'b'],
    ['behind characters of several bytes', 'é€😀\nüb\n', 2, 10, 'üb'],
  ];
  for (const [name, input, line, offset, record] of cases) {
    test(`is located: ${name}`, async () => {
      for (const size of [1, 2, 3, 100]) {
        const chunks = pieces(Buffer.from(input), size);
        const entries = await locateErrors([found(line)], chunks, { object: 'o', line: 1, offset: 0 });
        assert.deepEqual(entries, [{ object: 'o', ...found(line), offset, sha256: sha256(record) }]);
      }
    });
  }

  test('is counted from where the input begins', async () => {
    const start = { object: 'o', line: 10, offset: 100 };
    const [entry] = await locateErrors([found(11)], [Buffer.from('a\nb\n')], start);
    assert.equal(entry?.offset, 102);
  });

  test('is found as a plain search finds it', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '\r', 'é'), maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (lines, drop, size) => {
          const text = lines.map((content) => `${content}\n`).join('');
          let offset = 0;
          const expected = lines.flatMap((content) => {
            const place = { offset, sha256: sha256(content) };
            offset += Buffer.byteLength(content) + 1;
            return drop && (content === '' || content === '\r') ? [] : place;
          });
          const errors = expected.map((_, index) => found(index + 1));
          const start = { object: 'o', line: 1, offset: 0, skipBlank: drop };
          const entries = await locateErrors(errors, pieces(Buffer.from(text), size), start);
          assert.deepEqual(
            entries,
            expected.map((place, index) => ({ object: 'o', ...found(index + 1), ...place })),
          );
        },
      ),
    );
  });
});

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
