import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseContentType, typeOfFile } from '../../src/records/content-type.ts';

const accepted: [header: string | undefined, fallback: string | undefined, kind: string, contentType: string][] = [
  ['application/json', undefined, 'json', 'application/json'],
  ['Application/JSON ; Charset="UTF-8"', undefined, 'json', 'application/json'],
  ['application/json; verbose=True', undefined, 'json', 'application/json'],
  ['application/jsonlines', undefined, 'lines', 'application/jsonlines'],
  ['application/x-ndjson; charset=utf8', undefined, 'lines', 'application/x-ndjson'],
  ['application/jsonl; charset=US-ASCII', undefined, 'lines', 'application/jsonl'],
  ['application/x-jsonlines', undefined, 'lines', 'application/x-jsonlines'],
  ['text/csv', 'application/json', 'csv', 'text/csv'],
  [undefined, undefined, 'json', 'application/json'],
  ['', undefined, 'json', 'application/json'],
  [' ', 'text/csv', 'csv', 'text/csv'],
  [undefined, 'application/jsonlines', 'lines', 'application/jsonlines'],
];

for (const [header, fallback, kind, contentType] of accepted) {
  test(`Content-Type ${header} (fallback ${fallback}) is ${kind}`, () => {
    assert.deepEqual(parseContentType(header, fallback), { kind, contentType, header: 'absent' });
  });
}

test('a CSV header row is declared by a parameter', () => {
  assert.equal(parseContentType('text/csv; header=present', undefined).header, 'present');
  assert.equal(parseContentType('text/csv; charset=utf-8; header="Present"', undefined).header, 'present');
  assert.equal(parseContentType('text/csv; header=absent', undefined).header, 'absent');
  assert.equal(parseContentType('application/json; header=present', undefined).header, 'absent');
});

const refused: [header: string, message: RegExp][] = [
  ['text/plain', /^Content-Type "text\/plain" is not supported; expected application\/json, .*text\/csv .*utf-8/],
  ['application/x-json-lines', /is not supported; expected/],
  ['json', /^Content-Type "json" is not supported; expected/],
  ['application/json, text/csv', /is not supported; expected/],
  [
    'application/json; charset=latin1',
    /^charset "latin1" in Content-Type is not supported; expected .*utf-8 or us-ascii/,
  ],
  ['text/csv; charset="UTF-16"', /^charset "utf-16"/],
  ['text/csv; header=maybe', /^header="maybe" in Content-Type is not supported; expected .*header=present or absent/],
];

for (const [header, message] of refused) {
  test(`Content-Type ${header} is refused`, () => {
    const expected = { name: 'RequestError', code: 'UNSUPPORTED_MEDIA_TYPE', status: 415, message };
    assert.throws(() => parseContentType(header, undefined), expected);
  });
}

const files: [contentType: string | undefined, filename: string | undefined, type: string | undefined][] = [
  ['text/csv; header=present', 'x.jsonl', 'text/csv; header=present'],
  ['application/octet-stream', 'outlets.jsonl', 'application/jsonlines'],
  ['application/octet-stream', 'OUTLETS.NDJSON', 'application/jsonlines'],
  [undefined, 'x.csv', 'text/csv'],
  ['text/plain; charset=utf-8', 'x.json', 'application/json'],
  ['', 'x.csv', 'text/csv'],
  [undefined, 'x.txt', undefined],
  [undefined, undefined, undefined],
  ['image/png', 'x.csv', undefined],
  ['nonsense', 'x.csv', undefined],
];

for (const [contentType, filename, type] of files) {
  test(`a part ${filename} of type ${contentType} is ${type}`, () => {
    assert.equal(typeOfFile(contentType, filename), type);
  });
}
