import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePath, compileSinglePath, leafVisitor } from '../../src/records/json-path.ts';
import type { JsonValue } from '../../src/records/json-value.ts';
import type { SpanPaths } from '../../src/records/path-trie.ts';
import { createSpanWalker, type SpanWalker } from '../../src/records/span-walker.ts';
import { type SpanList, spanText } from '../../src/records/text-spans.ts';
import { jsonDocument, mutate, mutations } from './json-documents.ts';

const paths = (id: string | undefined, ...text: string[]): SpanPaths => ({
  id,
  text: text.map((path) => ({ path: path.replace('?', ''), optional: path.endsWith('?') })),
});
const outletPaths = paths('$.outlet_id', '$.menu[*].category', '$.menu[*].name');
const allPaths = [
  outletPaths,
  paths('$.meta.id', '$.tags[*]', '$.title?'),
  paths('title', 'title', '$.meta.title?', '$.tags[*]?'),
  paths(undefined, '$[*].name'),
  paths('$.menu', '$.features', '$.__proto__?'),
];
const walkers = allPaths.map((each) => [each, walkerOf(each)] as const);

function walkerOf(each: SpanPaths): SpanWalker {
  const walker = createSpanWalker(each);
  assert.ok(walker);
  return walker;
}

function textsOf({ spans }: SpanWalker): string[][] {
  return spans.fields.map(({ starts, ends, count }: SpanList) =>
    Array.from({ length: count }, (_, i) => spanText(spans.bytes, starts[i] as number, ends[i] as number)),
  );
}

/** The same by JSON.parse and the walk over its objects; throws what they throw. */
function expected({ id, text }: SpanPaths, record: string) {
  const value = JSON.parse(record) as JsonValue;
  const texts = text.map(({ path, optional }) => {
    const found: string[] = [];
    const take = (leaf: JsonValue) => typeof leaf === 'string' && found.push(leaf) > 0;
    leafVisitor(compilePath(path), { expected: 'a string', optional, take })(value);
    return found;
  });
  return { texts, id: id === undefined ? undefined : compileSinglePath(id).read(value) };
}

/** Walks in the middle of a block, as a worker does. */
function check(record: Buffer, [each, walker]: readonly [SpanPaths, SpanWalker]): boolean {
  if (!isUtf8(record)) return false;
  const block = Buffer.concat([Buffer.from('{"'), record, Buffer.from('"]}')]);
  for (const bytes of [block, block.subarray(0, 2 + record.length)]) {
    if (!walker.walk(bytes, 2, 2 + record.length)) continue;
    assert.deepEqual({ texts: textsOf(walker), id: walker.spans.id() }, expected(each, record.toString()));
    if (bytes !== block) return true;
  }
  return false;
}

test('what a walk takes, JSON.parse takes, with the same texts and id', () => {
  let taken = 0;
  let walks = 0;
  const property = fc.property(jsonDocument, mutations, (document, changes) => {
    const bytes = Buffer.from(document);
    for (const walker of walkers) {
      walks++;
      if (check(bytes, walker)) taken++;
      for (const change of changes) check(mutate(bytes, change), walker);
    }
  });
  fc.assert(property, { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) });
  assert.ok(taken > walks / 10, `${taken} of ${walks}`); // else the test tests nothing
});

test('no beginning of a record is taken', () => {
  const [walker] = walkers;
  const record = Buffer.from(
    '{"outlet_id": 12.5e1, "menu": [{"name": "a\\u00e9", "category": "b", "x": [true, {}]}]} ',
  );
  for (let end = 0; end < record.length - 1; end++) assert.equal(walker?.[1].walk(record, 0, end), false);
  assert.equal(walker?.[1].walk(record, 0, record.length), true);
});

const cases: [record: string, taken: boolean][] = [
  ['{"menu":[{"category":"a","name":"b"}]}', true],
  ['{"menu":[{"name":"b","category":"a"},{"category":"c"},null,{"name":null}],"outlet_id":{"a":[]}}', true],
  ['\t{ "menu" : [ { "name" : "b" , "category" : "a" } ] }\r', true],
  ['{"menu":[{"category":"a","name":"b","x":{"name":1,"name":2}}]}', true],
  ['{"menu":[{"category":"a","name":"b\\ud83c\\udf54"}],"__proto__":{"menu":1}}', true],
  ['{"menu":[{"category":"a","name":"b","name":"c"}]}', false],
  ['{"menu":[{"category":"a","n\\u0061me":"b"}]}', false],
  ['{"menu":[{"category":"a"}]}', false],
  ['{"menu":[{"category":"a","name":1}]}', false],
  ['{"menu":{"category":"a","name":"b"}}', false],
  ['{"menu":[{"category":"a","name":"b"}],"features":["x"]}', false],
  ['{"menu":[{"category":"a","name":"b"}]}}', false],
  ['{"menu":[{"category":"a","name":"b"}]},', false],
  ['{"menu":[{"category":"a","name":"b"},]}', false],
  ['{"menu":[{"category":"a","name":"b",}]}', false],
  ['\ufeff{"menu":[{"category":"a","name":"b"}]}', false],
  [`{"x":${'['.repeat(64)}${']'.repeat(64)},"menu":[{"category":"a","name":"b"}]}`, true],
  [`{"x":${'['.repeat(65)}${']'.repeat(65)},"menu":[{"category":"a","name":"b"}]}`, false],
  ['null', false],
  ['', false],
];
for (const [record, taken] of cases) {
  test(`${taken ? 'takes' : 'leaves'} ${JSON.stringify(record).slice(0, 90)}`, () => {
    const walker = walkerOf(outletPaths);
    // Twice: the second time the keys are where they were the first time.
    for (let round = 0; round < 2; round++) {
      if (taken) assert.ok(check(Buffer.from(record), [outletPaths, walker]));
      else assert.equal(walker.walk(Buffer.from(record), 0, Buffer.byteLength(record)), false);
    }
  });
}

test('a record of many texts grows the lists', () => {
  const walker = walkerOf(outletPaths);
  const menu = Array.from({ length: 5000 }, (_, index) => ({ name: `n${index}`, category: 'c' }));
  assert.ok(check(Buffer.from(JSON.stringify({ menu })), [outletPaths, walker]));
});

test('an object of many members, and keys of any length', () => {
  const walker = walkerOf(outletPaths);
  const extra = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`${i}`.padEnd(i, 'k'), i]));
  const record = Buffer.from(JSON.stringify({ ...extra, menu: [{ ...extra, name: 'a', category: 'b' }] }));
  assert.ok(check(record, [outletPaths, walker]));
  assert.ok(check(record, [outletPaths, walker]));
});

test('no walker where paths need more than keys and [*]', () => {
  for (const each of [
    paths('$.id'),
    paths('$.id', '$.menu[0].name'),
    paths('$.menu[0]', '$.menu[*].name'),
    paths(undefined, '$.menu', '$.menu[*].name'),
    paths(undefined, '$.menu[*]', '$.menu.name'),
    paths(undefined, '$.a', '$[*]'),
    paths(undefined, '$'),
    paths('$.features', '$.name'),
    paths(undefined, "$['\ud800']"),
    paths(undefined, ...Array.from({ length: 32 }, (_, index) => `k${index}`)),
  ]) {
    assert.equal(createSpanWalker(each), undefined, JSON.stringify(each));
  }
});
