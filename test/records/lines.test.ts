import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineCutter, splitLines } from '../../src/records/lines.ts';
import { chunksAt, cutAll, split } from './framing-helpers.ts';

const cases: [name: string, body: string, records: string[]][] = [
  ['an empty body', '', []],
  ['one newline', '\n', ['']],
  ['only newlines', '\n\n\n', ['', '', '']],
  ['a final newline', 'a\nb\n', ['a', 'b']],
  ['no final newline', 'a\nb', ['a', 'b']],
  ['a blank line', 'a\n\nb\n', ['a', '', 'b']],
  ['CRLF', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
  ['two CR before LF', 'a\r\r\n', ['a\r']],
  ['a lone CR', 'a\rb\nc\r', ['a\rb', 'c\r']],
  ['blanks', ' \n\t\n', [' ', '\t']],
];

for (const [name, body, records] of cases) {
  test(`lines: ${name}`, () => {
    for (const room of [1, 2, 1000]) assert.deepEqual(split(splitLines, Buffer.from(body), room), records);
  });
}

test('a splitter stays within its block', () => {
  assert.deepEqual(split(splitLines, Buffer.from('a\nbc\nd\n'), 10, 2, 4), ['bc']);
});

test('the cutter keeps what follows the last newline, and gives it up at the end', () => {
  const cutter = lineCutter();
  assert.deepEqual(cutter.cut(Buffer.from('ab'), false), { start: 0, end: 0, next: 0 });
  assert.deepEqual(cutter.cut(Buffer.from('ab\ncd'), false), { start: 0, end: 3, next: 3 });
  assert.deepEqual(cutter.cut(Buffer.from('cd'), true), { start: 0, end: 2, next: 2 });
  assert.deepEqual(cutter.cut(Buffer.alloc(0), true), { start: 0, end: 0, next: 0 });
});

test('a character cut at every chunk boundary arrives whole', () => {
  const body = Buffer.from('{"name":"Żółć 🍜"}\n{"name":"ありがとう"}\n');
  for (let at = 0; at <= body.length; at += 1) {
    const blocks = cutAll(lineCutter(), chunksAt(body, [at]));
    assert.deepEqual(
      blocks.flatMap((block) => split(splitLines, block)).map((line) => Buffer.from(line, 'latin1').toString()),
      ['{"name":"Żółć 🍜"}', '{"name":"ありがとう"}'],
    );
  }
});

test('property: any cutting gives the records that were joined', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '"', '\r', '{', 'é', ' '), maxLength: 8 });
  const property = fc.property(
    fc.array(line),
    fc.array(fc.nat()),
    fc.integer({ min: 1, max: 20 }),
    (lines, cuts, target) => {
      const body = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const blocks = cutAll(lineCutter(), chunksAt(body, cuts), target);
      const expected = lines.map((text) => Buffer.from(text.replace(/\r$/, '')).toString('latin1'));
      assert.deepEqual(
        blocks.flatMap((block) => split(splitLines, block, 3)),
        expected,
      );
    },
  );
  fc.assert(property, { numRuns: 500 });
});
