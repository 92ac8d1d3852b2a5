import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RequestError } from '../../src/errors.ts';
import { arrayCutter, splitArray } from '../../src/records/json-array.ts';
import { chunksAt, cutAll, split } from './framing-helpers.ts';

type Envelope = 'array' | 'instances';

function elements(envelope: Envelope, chunks: readonly Buffer[], target = 1, room = 1000): string[] {
  return cutAll(arrayCutter(envelope), chunks, target).flatMap((block) => split(splitArray, block, room));
}

function everyCut(envelope: Envelope, body: string): string[] {
  const bytes = Buffer.from(body);
  const whole = elements(envelope, [bytes]);
  for (let at = 0; at <= bytes.length; at += 1) {
    assert.deepEqual(elements(envelope, chunksAt(bytes, [at])), whole, `cut at ${at}`);
  }
  const single = chunksAt(
    bytes,
    Array.from(bytes, (_, i) => i),
  );
  assert.deepEqual(elements(envelope, single, 1, 1), whole);
  return whole.map((text) => Buffer.from(text, 'latin1').toString());
}

const arrays: [body: string, elements: string[]][] = [
  ['[]', []],
  [' [ \n ] \n\n', []],
  ['\uFEFF[1]', ['1']],
  ['[1,2,3]', ['1', '2', '3']],
  ['\n[ 1 ,\r\n\t{ "a" : [ 1 , 2 ] } , null ]\n', ['1', '{ "a" : [ 1 , 2 ] }', 'null']],
  ['["a,b]","\\"],","\\\\",",","}{"]', ['"a,b]"', '"\\"],"', '"\\\\"', '","', '"}{"']],
  ['[[[[]]],{"a":{"b":[]}}]', ['[[[]]]', '{"a":{"b":[]}}']],
  ['["Żółć 🍜","ありがとう"]', ['"Żółć 🍜"', '"ありがとう"']],
  ['[{"a":},nonsense,1 2,{,}]', ['{"a":}', 'nonsense', '1 2', '{,}']],
  [`["${'x'.repeat(99)}\\"${'y'.repeat(99)}\\\\",1]`, [`"${'x'.repeat(99)}\\"${'y'.repeat(99)}\\\\"`, '1']],
];

for (const [body, expected] of arrays) {
  test(`the elements of ${body.slice(0, 60)} wherever it is cut`, () => {
    assert.deepEqual(everyCut('array', body), expected);
    const instances = `{ "instances"\n: ${body.replace('\uFEFF', '')} }\n`;
    assert.deepEqual(everyCut('instances', instances), expected);
  });
}

const malformed: [envelope: Envelope, body: string, message: string][] = [
  ['array', '', "expected '[' at the start, received the end of the body after 0 bytes"],
  ['array', ' {}', "expected '[' at the start, received '{' at byte 2"],
  ['instances', '{"instances":{}}', `expected {"instances":[ at the start, received '{' at byte 14`],
  ['array', '[1,,2]', "element 2 is empty; expected a JSON value, received ',' at byte 4"],
  ['array', '[,1]', "element 1 is empty; expected a JSON value, received ',' at byte 2"],
  ['array', '[1,2, ]', "element 3 is empty; expected a JSON value, received ']' at byte 7"],
  [
    'array',
    '[',
    "the document is cut off in or behind element 1; expected ',' or ']', received the end of the body after 1 bytes",
  ],
  [
    'array',
    '[1,{"a":',
    "the document is cut off in or behind element 2; expected '}', received the end of the body after 8 bytes",
  ],
  [
    'array',
    '[1,"a]',
    "the document is cut off in or behind element 2; expected ',' or ']', received the end of the body after 6 bytes",
  ],
  [
    'array',
    '[1,[2]',
    "the document is cut off in or behind element 2; expected ',' or ']', received the end of the body after 6 bytes",
  ],
  ['array', '[{]', "element 1: expected '}', received ']' at byte 3"],
  ['array', '[1,[2}]', "element 2: expected ']', received '}' at byte 6"],
  ['array', '[1}', "element 1: expected ',' or ']', received '}' at byte 3"],
  [
    'array',
    '[1]]',
    "expected nothing behind the array that is the document, received ']' at byte 4; for one array a line send application/jsonlines",
  ],
  [
    'array',
    '[1]\n[2]\n',
    "expected nothing behind the array that is the document, received '[' at byte 5; for one array a line send application/jsonlines",
  ],
  [
    'array',
    '[1]\0',
    'expected nothing behind the array that is the document, received 0x00 at byte 4; for one array a line send application/jsonlines',
  ],
  [
    'instances',
    '{"instances":[1]',
    "expected '}' behind the array, with no other key beside instances, received the end of the body after 16 bytes",
  ],
  [
    'instances',
    '{"instances":[1],"b":2}',
    "expected '}' behind the array, with no other key beside instances, received ',' at byte 17",
  ],
  [
    'instances',
    '{"instances":[1]}\n{"instances":[2]}',
    "expected nothing behind the object that is the document, received '{' at byte 19; for one object a line send application/jsonlines",
  ],
  ['instances', '{"instances":[1,]}', "element 2 is empty; expected a JSON value, received ']' at byte 17"],
];

for (const [envelope, body, message] of malformed) {
  test(`${JSON.stringify(body)} is no ${envelope} document, wherever it is cut`, () => {
    const bytes = Buffer.from(body);
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.throws(() => elements(envelope, chunksAt(bytes, [at])), {
        code: 'INVALID_DOCUMENT',
        status: 400,
        message,
      });
    }
    assert.throws(
      () =>
        elements(
          envelope,
          chunksAt(
            bytes,
            Array.from(bytes, (_, i) => i),
          ),
        ),
      { message },
    );
  });
}

test('a cutter takes nothing before an element is whole', () => {
  const cutter = arrayCutter('array');
  for (const body of ['', ' ', ' [', ' [{"a":1', ' [{"a":1}']) {
    assert.deepEqual(cutter.cut(Buffer.from(body), false), { start: 0, end: 0, next: 0 });
  }
  assert.deepEqual(cutter.cut(Buffer.from(' [{"a":1},'), false), { start: 2, end: 9, next: 10 });
  assert.deepEqual(cutter.cut(Buffer.from('2'), false), { start: 0, end: 0, next: 0 });
  assert.deepEqual(cutter.cut(Buffer.from('2]'), false), { start: 0, end: 1, next: 2 });
  assert.deepEqual(cutter.cut(Buffer.from('  '), false), { start: 0, end: 0, next: 2 });
  assert.deepEqual(cutter.cut(Buffer.alloc(0), true), { start: 0, end: 0, next: 0 });
});

test('10,000 levels, and as many quotes or backslashes, are nothing special', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const escaped = `"${'\\"'.repeat(10_000)}"`;
  const backslashes = `"${'\\\\'.repeat(10_000)}"`;
  const body = Buffer.from(`[${deep},${escaped},${backslashes}]`);
  assert.deepEqual(elements('array', [body]), [deep, escaped, backslashes]);
});

test('a block may lie in the middle of a buffer', () => {
  assert.deepEqual(split(splitArray, Buffer.from('[1,"a" , 2,3]'), 10, 3, 10), ['"a"', '2']);
});

test('property: any JSON values, spaced and cut in any way, come out as they are', () => {
  const blank = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 });
  const value = fc.tuple(fc.json(), blank, blank);
  const property = fc.property(
    fc.array(value, { maxLength: 8 }),
    fc.array(fc.nat()),
    fc.integer({ min: 1, max: 50 }),
    fc.constantFrom('array', 'instances'),
    (values, cuts, target, envelope) => {
      const array = `[${values.map(([text, before, behind]) => before + text + behind).join(',')}]`;
      const body = Buffer.from(envelope === 'array' ? array : `{"instances":${array}}`);
      const found = elements(envelope, chunksAt(body, cuts), target, 2);
      assert.deepEqual(
        found,
        values.map(([text]) => Buffer.from(text).toString('latin1')),
      );
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('property: any bytes give the same elements or the same refusal wherever they are cut', () => {
  const byte = fc.constantFrom(...'[]{},"\\ 1\n');
  const property = fc.property(fc.string({ unit: byte, maxLength: 20 }), fc.array(fc.nat()), (text, cuts) => {
    const body = Buffer.from(`[${text}`);
    assert.deepEqual(outcome(chunksAt(body, cuts)), outcome([body]));
  });
  fc.assert(property, { numRuns: 2000 });
});

function outcome(chunks: readonly Buffer[]): string[] | string {
  try {
    const found = elements('array', chunks);
    assert.ok(found.every((element) => element.trim() !== ''));
    return found;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}
