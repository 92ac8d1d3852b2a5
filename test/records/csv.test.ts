import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCutter, parseCsvRow, splitCsv } from '../../src/records/csv.ts';
import { chunksAt, cutAll, split } from './framing-helpers.ts';

const many = 1_000_000;

function rows(body: string | Buffer, maxRecordBytes = many, room = 1000): string[] {
  return split(splitCsv(maxRecordBytes), Buffer.from(body as string), room);
}

const cases: [name: string, body: string, rows: string[]][] = [
  ['an empty body', '', []],
  ['only newlines', '\n\r\n\n', ['', '', '']],
  ['plain rows', '1,2\n3,4\n', ['1,2', '3,4']],
  ['no final newline', '1,2\n3,4', ['1,2', '3,4']],
  ['CRLF', '1,"2"\r\n\r\n3,4\r\n', ['1,"2"', '', '3,4']],
  ['CR at the end of the body', '1,2\n"3"\r', ['1,2', '"3"']],
  ['quoted newlines and commas', '"a\nb,c",2\n3,"\r\n"\n4', ['"a\nb,c",2', '3,"\r\n"', '4']],
  ['doubled quotes', '"""",1\n"a""\n""b"\n2', ['"""",1', '"a""\n""b"', '2']],
  ['empty quoted fields', '"",""\n,\n', ['"",""', ',']],
  ['a quote within a field is a character', '5" pipe,"x"\na"\n"b"\n', ['5" pipe,"x"', 'a"', '"b"']],
  ['a malformed closing quote', '"a"b\n1,2\n', ['"a"b', '1,2']],
  ['a malformed closing quote lines later', '"a\nb"c\n"d",e\n', ['"a', 'b"c', '"d",e']],
  ['a field that never closes', '1,"a\n2,3\n4,5\n', ['1,"a', '2,3', '4,5']],
  ['a lone quote before good quotes', '"\n"x"\n"y",z\n', ['"', '"x"', '"y",z']],
  ['CR behind a quote, and no LF', '"a"\rb\n"c"\n', ['"a"\rb', '"c"']],
  ['semicolons', '"a";"b"\n1;2', ['"a";"b"', '1;2']],
  ['a malformed row through good ones', '"1\n2","x\n3","y\n4"z\n', ['"1', '2","x', '3","y', '4"z']],
];

for (const [name, body, expected] of cases) {
  test(`CSV: ${name}`, () => {
    for (const room of [1, 2, 1000]) assert.deepEqual(rows(body, many, room), expected);
    const bytes = Buffer.from(body);
    for (let at = 0; at <= bytes.length; at += 1) assert.deepEqual(cutRows(chunksAt(bytes, [at])), expected);
    assert.deepEqual(
      cutRows(
        chunksAt(
          bytes,
          Array.from(bytes, (_, i) => i),
        ),
      ),
      expected,
    );
  });
}

test('CSV: a field that does not close within the largest record costs its line only', () => {
  const body = `"a\n${'b\n'.repeat(10)}"\nc\n`;
  assert.deepEqual(rows(body, 24), [body.slice(0, -3), 'c']);
  assert.deepEqual(rows(body, 23), ['"a', ...Array<string>(10).fill('b'), '"\nc'.slice(0, 1), 'c']);
});

test('CSV: the cutter waits for a row that may still close', () => {
  const cutter = csvCutter(10);
  assert.deepEqual(cutter.cut(Buffer.from('1,2\n"a\nb'), false), { start: 0, end: 4, next: 4 });
  assert.deepEqual(cutter.cut(Buffer.from('"a\nb'), false), { start: 0, end: 0, next: 0 });
  assert.deepEqual(cutter.cut(Buffer.from('"a\nb"'), false), { start: 0, end: 0, next: 0 });
  assert.deepEqual(cutter.cut(Buffer.from('"a\nb"\n'), false), { start: 0, end: 6, next: 6 });
  assert.deepEqual(cutter.cut(Buffer.from('"a\nbcdefgh\n'), false), { start: 0, end: 11, next: 11 });
  assert.deepEqual(cutter.cut(Buffer.from('"'), true), { start: 0, end: 1, next: 1 });
});

test('CSV: a splitter may begin another block before it is through with one', () => {
  const splitter = splitCsv(many);
  const spans = { starts: new Uint32Array(1), ends: new Uint32Array(1), count: 0 };
  assert.equal(splitter(Buffer.from('"a\n1\n2\n'), 0, 7, spans), 3);
  assert.deepEqual(split(splitter, Buffer.from('1\n"a\nb"\n2'), 2), ['1', '"a\nb"', '2']);
});

test('property: rows are the same wherever the body is cut, and what the definition says', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '"', '\n', ',', '\r', 'a'), maxLength: 40 });
  const property = fc.property(
    text,
    fc.array(fc.nat()),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 5 }),
    (body, cuts, target, max, room) => {
      const expected = rowsByDefinition(body, max);
      assert.deepEqual(rows(body, max, room), expected);
      assert.deepEqual(cutRows(chunksAt(Buffer.from(body), cuts), max, target), expected);
    },
  );
  fc.assert(property, { numRuns: 5000 });
});

const adversarial: [name: string, unit: string][] = [
  ['quotes', '"'],
  ['opening quotes', '"\n'],
  ['opening quotes in three', '"""\n'],
  ['separated quotes', '","\n'],
  ['fields that open on the line that closes one', 'y","z\n'],
  ['empty quoted fields', '"",\n'],
  ['odd and even', '"",""","\n'],
  ['stray quotes', 'a"\n"'],
];

for (const [name, unit] of adversarial) {
  test(`CSV: 1 MB of ${name} takes linear time`, () => {
    for (const [before, behind] of [
      ['', ''],
      ['"z\n', 'y"x\n'],
    ]) {
      const body = Buffer.from(before + unit.repeat(many / unit.length) + behind);
      for (const max of [100_000, 10 * many]) {
        const from = performance.now();
        const whole = split(splitCsv(max), body, 500);
        csvCutter(max).cut(body, false);
        const ms = performance.now() - from;
        assert.ok(ms < 2000, `${ms} ms for ${JSON.stringify(before + unit)}, at most ${max} bytes a record`);
        assert.ok(whole.length > 0);
      }
    }
  });
}

test('parseCsvRow reads what RFC 4180 writes', () => {
  const parsed: [text: string, values: string[]][] = [
    ['', ['']],
    [',', ['', '']],
    ['1,2.5,x', ['1', '2.5', 'x']],
    [' a , b ', [' a ', ' b ']],
    ['"a,b","c\nd"', ['a,b', 'c\nd']],
    ['"",""', ['', '']],
    ['"a""b",""""', ['a"b', '"']],
    ['"a",', ['a', '']],
    [',"a"', ['', 'a']],
    ['5" pipe,"5"" pipe"', ['5" pipe', '5" pipe']],
    ['"Żółć 🍜"', ['Żółć 🍜']],
  ];
  for (const [text, values] of parsed) assert.deepEqual(parseCsvRow(text), values, text);
});

test('parseCsvRow says in which column a row is malformed, and what it expected', () => {
  const refused: [text: string, message: RegExp][] = [
    ['"', /^column 1: expected a closing quote, received the end of the row$/],
    ['1,"a""', /^column 2: expected a closing quote/],
    ['1,"a"b,c', /^column 2: expected ',' or the end of the row after the closing quote, received 'b'/],
    ['"a" ,b', /^column 1: .* received a space/],
    ['"a"\rb', /received U\+000D/],
    ['"a"🍜', /received '🍜'/],
  ];
  for (const [text, message] of refused) {
    assert.throws(() => parseCsvRow(text), { name: 'RecordError', code: 'INVALID_CSV', message }, text);
  }
});

test('property: what is written by RFC 4180 is read back', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '€') });
  const property = fc.property(fc.array(fc.array(value, { minLength: 1 })), (table) => {
    const body = table
      .map((values) => `${values.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\r\n`)
      .join('');
    assert.deepEqual(
      rows(body).map((row) => parseCsvRow(Buffer.from(row, 'latin1').toString())),
      table,
    );
  });
  fc.assert(property, { numRuns: 500 });
});

function cutRows(chunks: readonly Buffer[], max = many, target = 1): string[] {
  return cutAll(csvCutter(max), chunks, target).flatMap((block) => split(splitCsv(max), block, 2));
}

/** The definition, without regard to time. */
function rowsByDefinition(body: string, max: number): string[] {
  const found: string[] = [];
  for (let row = 0; row < body.length; ) {
    const newlineAt = body.indexOf('\n', row);
    const lineEnd = newlineAt < 0 ? body.length : newlineAt;
    const end = wellFormedEnd(body, row, max) ?? lineEnd;
    found.push(body.slice(row, end).replace(/\r$/, ''));
    row = end + 1;
  }
  return found;
}

function wellFormedEnd(body: string, row: number, max: number): number | undefined {
  const field = /"(?:[^"]|"")*"(?!")(?=,|\r?\n|\r?$)|(?!")[^,\n]*/y;
  for (let at = row; ; at += 1) {
    field.lastIndex = at;
    const match = field.exec(body);
    if (!match) return undefined;
    at = field.lastIndex;
    if (match[0].startsWith('"')) {
      if (at - 1 - row >= max) return undefined;
      if (body[at] === '\r') at += 1;
    }
    if (body[at] !== ',') return at;
  }
}
