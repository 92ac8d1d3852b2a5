import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNumberRow } from '../../src/records/number-row.ts';

function parse(text: string, columns = (text.match(/,/g)?.length ?? 0) + 1): number[] | undefined {
  return parseBytes(Buffer.from(text), 0, Buffer.byteLength(text), columns);
}

function parseBytes(bytes: Buffer, start: number, end: number, columns: number): number[] | undefined {
  const row = new Array<number>(columns).fill(0.5);
  return parseNumberRow(bytes, start, end, row) ? row : undefined;
}

for (const [text, expected] of [
  ['[1]', [1]],
  ['[1,-2.5,0,0.125]', [1, -2.5, 0, 0.125]],
  ['[ 1 , 2 ]', [1, 2]],
  ['[-0]', [-0]],
  ['[123456789012345]', [123456789012345]],
] as const) {
  test(`${text} is read`, () => assert.deepEqual(parse(text), expected));
}

for (const text of [
  '[]',
  '[',
  '[1',
  '[1,',
  '[1,]',
  '[01]',
  '[-]',
  '[.5]',
  '[1.]',
  '[+1]',
  '[1 2]',
  '[1]x',
  '[1]]',
  '[[1]]',
  '[null]',
  '["1"]',
  '{}',
  '',
  '[1e5]',
  '[NaN]',
  '[1234567890123456]',
  '[1\t]',
]) {
  test(`${JSON.stringify(text)} is left to JSON.parse`, () => assert.equal(parse(text), undefined));
}

test('another number of columns is left to JSON.parse', () => {
  assert.equal(parse('[1,2]', 1), undefined);
  assert.equal(parse('[1,2]', 3), undefined);
});

test('only the bytes of the record count', () => {
  const bytes = Buffer.from('[1,2]\n[3,4]\n');
  assert.deepEqual(parseBytes(bytes, 6, 11, 2), [3, 4]);
  assert.equal(parseBytes(bytes, 0, 4, 2), undefined);
});

test('whatever is read is what JSON.parse reads, to the bit', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, decimals]) => `${whole}.${decimals}`),
    fc.stringMatching(/^-?\d{1,8}\.\d{1,9}$/),
  );
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ', ', ' ,'),
      (numbers, separator) => {
        const text = `[${numbers.join(separator)}]`;
        const read = parse(text);
        if (read === undefined) return;
        const expected = JSON.parse(text) as number[];
        assert.ok(read.length === expected.length && read.every((value, i) => Object.is(value, expected[i])), text);
      },
    ),
    { numRuns: 5000 },
  );
});
