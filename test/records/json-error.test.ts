import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainJson, findJsonError } from '../../src/records/json-error.ts';

const cases: [text: string, message: string][] = [
  ['', 'the text ends at character 0, expected a value'],
  ['{"a":1', "the text ends at character 6, expected ',' or '}'"],
  ['[1,', "the text ends at character 3, expected a value after ','"],
  ['{"a"', "the text ends at character 4, expected ':'"],
  ['{"name":"Dos', 'the text ends at character 12 inside a string'],
  ['"\\', 'the text ends at character 2 inside a string'],
  ['"\\u00', 'the text ends at character 5 inside a string'],
  ['-', 'the text ends at character 1 inside a number'],
  ['[1.', 'the text ends at character 3 inside a number'],
  ['[tru', 'the text ends at character 4 inside true'],
  ['{"a":1 "b":2}', `expected ',' or '}' at character 8, received '"'`],
  ['[1 x]', "expected ',' or ']' at character 4, received 'x'"],
  ['[1}', "expected ',' or ']' at character 3, received '}'"],
  ['{]', "expected a key in double quotes or '}' at character 2, received ']'"],
  ['{"a" 1}', "expected ':' at character 6, received '1'"],
  ['{"a":}', "expected a value at character 6, received '}'"],
  ['[,1]', "expected a value or ']' at character 2, received ','"],
  ['[1,,2]', "expected a value after ',' at character 4, received ','"],
  ['[1,2,]', "expected a value after ',' at character 6, received ']' (trailing comma)"],
  ['{"a":1,}', "expected a key in double quotes after ',' at character 8, received '}' (trailing comma)"],
  ['{a:1}', "expected a key in double quotes or '}' at character 2, received 'a'"],
  ["{'a':1}", `expected a key in double quotes or '}' at character 2, received "'" (JSON takes double quotes)`],
  ["['a']", `expected a value or ']' at character 2, received "'" (JSON takes double quotes)`],
  ['{"a":NaN}', 'NaN at character 6 is not JSON (use null)'],
  ['[nan]', 'nan at character 2 is not JSON (use null)'],
  ['Infinity', 'Infinity at character 1 is not JSON (use null)'],
  ['[1, -Infinity]', '-Infinity at character 5 is not JSON (use null)'],
  ['{"a":None}', 'None at character 6 is not JSON (use null)'],
  ['[True]', 'True at character 2 is not JSON (use true)'],
  ['"a\nb"', 'expected an escape such as \\n in the string at character 3, received U+000A'],
  ['"\0"', 'expected an escape such as \\n in the string at character 2, received U+0000'],
  ['"\\x"', `expected one of "\\/bfnrtu after a backslash at character 3, received 'x'`],
  ['"\\u00g0"', "expected four hexadecimal digits after \\u at character 6, received 'g'"],
  ['[01]', 'the number at character 2 begins with a superfluous 0'],
  ['-01.5', 'the number at character 1 begins with a superfluous 0'],
  ['1.e5', "expected a digit at character 3, received 'e'"],
  ['[1e+]', "expected a digit at character 5, received ']'"],
  ['+1', "expected a value at character 1, received '+' (numbers have no plus sign)"],
  ['.5', "expected a value at character 1, received '.' (numbers begin with a digit)"],
  ['0x10', "expected the end of the text at character 2, received 'x'"],
  ['{} {}', "expected the end of the text at character 4, received '{'"],
  ['[1] // one', "expected the end of the text at character 5, received '/' (comments are not JSON)"],
  ['/* no */ 1', "expected a value at character 1, received '/' (comments are not JSON)"],
  ['\uFEFF{}', 'the text begins with a byte order mark, U+FEFF; save the file without it'],
  ['[\u00a01]', "expected a value or ']' at character 2, received U+00A0"],
  ['["🍜" x]', "expected ',' or ']' at character 6, received 'x'"],
  ['🍜', "expected a value at character 1, received '🍜'"],
  ['\ud800', 'expected a value at character 1, received U+D800'],
  ['hello world', "expected a value at character 1, received 'h'"],
];

for (const [text, message] of cases) {
  test(`explainJson(${JSON.stringify(text)})`, () => {
    assert.throws(() => JSON.parse(text));
    assert.equal(explainJson(text), message);
  });
}

const valid = [
  'null',
  ' [ ] ',
  '{"a":{"a":1},"a":2}',
  '"\ud800"',
  '"\u2028\x7f"',
  '-0.0e-0',
  '1E400',
  '"\\u00e9\\/"',
  '{"__proto__":1}',
];

test('valid JSON has no error', () => {
  for (const text of valid) {
    JSON.parse(text);
    assert.equal(findJsonError(text), undefined, text);
  }
});

test('10,000 levels are checked without the call stack, and 5 MB in linear time', () => {
  const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`;
  assert.equal(findJsonError(deep), undefined);
  assert.equal(explainJson(`${deep}]`), `expected the end of the text at character ${deep.length + 1}, received ']'`);
  const long = `"${'é\\n🍜'.repeat(1_000_000)}`;
  const from = performance.now();
  assert.match(explainJson(long), /^the text ends at character 4000001 inside a string$/);
  const open = explainJson('['.repeat(1_000_000));
  assert.match(open, /^the text ends at character 1000000, expected a value or ']'$/);
  assert.ok(performance.now() - from < 3000);
});

test('property: an error is found exactly where JSON.parse throws, and names one character at most', () => {
  const junk = fc.constantFrom(
    ...'{}[],:"\\/\'+-.0123eEtrufalsn \n\t\r\0\uFEFF\u00a0é',
    '\ud83c',
    'NaN',
    '\\u12',
    '//',
  );
  const mutation = fc.record({
    at: fc.nat(),
    drop: fc.integer({ min: 0, max: 3 }),
    insert: fc.option(junk, { nil: '' }),
  });
  const property = fc.property(fc.json(), fc.array(mutation, { maxLength: 3 }), (json, mutations) => {
    const text = mutations.reduce((all, { at, drop, insert }) => {
      const place = at % (all.length + 1);
      return all.slice(0, place) + insert + all.slice(place + drop);
    }, json);
    const error = findJsonError(text);
    assert.equal(error === undefined, parses(text), `${JSON.stringify(text)}: ${error}`);
    assert.ok(error === undefined || error.length < 120, error);
  });
  fc.assert(property, { numRuns: 20_000 });
});

test('property: any few JSON characters are judged as JSON.parse judges them', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[],:"\\u01-.eE+ \n', 'true', 'null'), maxLength: 8 });
  fc.assert(
    fc.property(text, (json) => (findJsonError(json) === undefined) === parses(json)),
    { numRuns: 20_000 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
