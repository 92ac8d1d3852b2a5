import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePath, compileSinglePath, leafVisitor, pathError } from '../../src/records/json-path.ts';
import type { JsonValue } from '../../src/records/json-value.ts';

const parse = (text: string) => JSON.parse(text) as JsonValue;
const read = (path: string, record: string) => compileSinglePath(path).read(parse(record));

test('reads one value', () => {
  const cases: [path: string, record: string, value: JsonValue | undefined][] = [
    ['$', '7', 7],
    ['rating', '{"rating":4.5}', 4.5],
    ['price.min', '{"price.min":1}', 1],
    ['sepal length (cm)', '{"sepal length (cm)":5.1}', 5.1],
    ['$.a.b', '{"a":{"b":null}}', null],
    ['$.a[1]', '{"a":[1,2]}', 2],
    ['$[0].x', '[{"x":1}]', 1],
    ["$['a b'].c", '{"a b":{"c":true}}', true],
    ['$["it\'s"]', '{"it\'s":1}', 1],
    ["$['it\\'s']", '{"it\'s":1}', 1],
    ['$.prix_unité', '{"prix_unité":2}', 2],
    ['$.a', '{}', undefined],
    ['$.a.b', '{"a":3}', undefined],
    ['$.a.b', '{"a":null}', undefined],
    ['$.a[2]', '{"a":[1]}', undefined],
    ['$.a[0]', '{"a":"text"}', undefined],
    ['$.a.length', '{"a":[1,2]}', undefined],
    ['$.length', '"text"', undefined],
  ];
  for (const [path, record, value] of cases) assert.deepEqual(read(path, record), value, `${path} of ${record}`);
});

test("never reaches Object.prototype, yet reads a record's own keys of those names", () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    assert.equal(read(name, '{}'), undefined);
    assert.equal(read(`$.a.${name}`, '{"a":{}}'), undefined);
    assert.equal(read(`$.${name}`, `{"${name}":"mine"}`), 'mine');
  }
  assert.equal(read('$.__proto__.toString', '{"__proto__":{}}'), undefined);
  assert.throws(() => strings('$.a[*].constructor', '{"a":[{}]}'), { code: 'MISSING_FIELD' });
  assert.deepEqual(strings('$.a[*].constructor', '{"a":[{"constructor":"mine"}]}'), ['mine']);
  assert.deepEqual(strings('$.a[*].b.c', '{"a":[{"b":{"c":"x"}},{"b":null}]}'), ['x']);
});

test('a malformed path is refused with its position', () => {
  const cases: [path: string, message: RegExp][] = [
    ['', /the path "" is malformed at position 0: expected a bare key/],
    ['$.', /malformed at position 1: .* received "\."/],
    ['$.a..b', /position 3/],
    ['$.a[', /position 3: expected \.name, \[n\], \[\*\] or \['name'\], received "\["/],
    ['$.a[-1]', /position 3/],
    ['$.a[1:2]', /position 3/],
    ["$['']", /position 1/],
    ['$a', /position 1/],
    ['$.*', /position 1/],
    ['$.a b', /position 3/],
    ['menu[*].name', /position 4: expected a bare key, or a path that begins with \$, received "\[\*\]\.name"/],
  ];
  for (const [path, message] of cases) assert.throws(() => compilePath(path), { code: 'INVALID_MODEL', message }, path);
  assert.throws(() => compileSinglePath('$.a[*]'), /expected a path to one value/);
});

test('says where one value is missing or wrong', () => {
  const explain = (path: string, record: string) => pathError(compilePath(path), parse(record), 'a number');
  const cases: [path: string, record: string, code: string, message: string][] = [
    ['rating', '{}', 'MISSING_FIELD', '$.rating is missing: expected a number'],
    ['rating', '{"rating":null}', 'MISSING_FIELD', '$.rating is null: expected a number'],
    ['rating', '{"rating":"4"}', 'WRONG_TYPE', '$.rating is a string: expected a number'],
    ['rating', '3', 'WRONG_TYPE', '$ is a number: expected an object'],
    ['rating', 'null', 'MISSING_FIELD', '$ is null: expected an object'],
    ['$.price.min', '{"price":[1]}', 'WRONG_TYPE', '$.price is an array: expected an object'],
    ['$.price.min', '{}', 'MISSING_FIELD', '$.price is missing: expected an object'],
    ['$.a[3]', '{"a":[1]}', 'MISSING_FIELD', '$.a[3] is missing: expected a number'],
    ["$['a b']", '{"a b":{}}', 'WRONG_TYPE', "$['a b'] is an object: expected a number"],
  ];
  for (const [path, record, code, message] of cases) {
    const error = explain(path, record);
    assert.deepEqual({ code: error.code, message: error.message }, { code, message });
  }
});

function strings(path: string, record: string, optional = false): string[] {
  const leaves: string[] = [];
  const take = (leaf: JsonValue) => typeof leaf === 'string' && leaves.push(leaf) > 0;
  leafVisitor(compilePath(path), { expected: 'a string', optional, take })(parse(record));
  return leaves;
}

test('visits every leaf in order', () => {
  assert.deepEqual(strings('$.menu[*].name', '{"menu":[{"name":"a"},{},{"name":null},null,{"name":"b"}]}'), ['a', 'b']);
  assert.deepEqual(strings('$.menu[*].name', '{"menu":[]}'), []);
  assert.deepEqual(strings('$[*]', '["a","b"]'), ['a', 'b']);
  assert.deepEqual(strings('$.a[*].b[*]', '{"a":[{"b":["1","2"]},{"b":[]},{"b":["3"]}]}'), ['1', '2', '3']);
  assert.deepEqual(strings('$.a[*].b[*]', '{"a":[{"b":[]},{}]}'), []);
  assert.deepEqual(strings('$.a[1][*]', '{"a":[[],["x"]]}'), ['x']);
  assert.deepEqual(strings('name', '{"name":"x"}'), ['x']);
});

test('an optional value may be absent, but not of another type', () => {
  for (const record of ['{}', '{"menu":null}', '{"menu":[{}]}'])
    assert.deepEqual(strings('$.menu[*].name', record, true), []);
  assert.throws(() => strings('$.menu[*].name', '{"menu":3}', true), { code: 'WRONG_TYPE' });
});

test('says where a leaf is missing or wrong', () => {
  const cases: [record: string, code: string, message: string][] = [
    ['{}', 'MISSING_FIELD', '$.menu is missing: expected an array'],
    ['{"menu":null}', 'MISSING_FIELD', '$.menu is null: expected an array'],
    ['{"menu":{}}', 'WRONG_TYPE', '$.menu is an object: expected an array'],
    ['[]', 'WRONG_TYPE', '$ is an array: expected an object'],
    ['{"menu":[{"name":"a"},{"name":2}]}', 'WRONG_TYPE', '$.menu[1].name is a number: expected a string'],
    ['{"menu":[3]}', 'WRONG_TYPE', '$.menu[0] is a number: expected an object'],
    ['{"menu":[{}]}', 'MISSING_FIELD', '$.menu[*].name: the only element lacks it: expected a string'],
    ['{"menu":[{},null]}', 'MISSING_FIELD', '$.menu[*].name: all 2 elements lack it: expected a string'],
  ];
  for (const [record, code, message] of cases)
    assert.throws(() => strings('$.menu[*].name', record), { code, message }, record);
});

test('a visit that threw leaves nothing behind for the next record', () => {
  const visit = leafVisitor(compilePath('$.a[*]'), { expected: 'a string', take: (leaf) => typeof leaf === 'string' });
  assert.throws(() => visit({ a: ['x', 1] }), { message: '$.a[1] is a number: expected a string' });
  visit({ a: ['x'] });
  assert.throws(() => visit({ a: [null] }), { code: 'MISSING_FIELD' });
});
