import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findErrorLines } from '../../../src/transform/objects/error-lines.ts';

const bad = '{"id":"x","error":{"code":"INVALID_JSON","message":"why","record":3}}';

describe('error lines of a reply', () => {
  const cases: [name: string, reply: string, found: [index: number, code: string, record: number][]][] = [
    ['none', '{"score":1}\n{"score":2}\n', []],
    ['an empty reply', '', []],
    ['between others', `{"score":1}\n{"score":1}\n${bad}\n{"score":1}\n`, [[2, 'INVALID_JSON', 3]]],
    ['the last without a newline', `1\n${bad}`, [[1, 'INVALID_JSON', 3]]],
    [
      'one after the other',
      `${bad}\n${bad}\n`,
      [
        [0, 'INVALID_JSON', 3],
        [1, 'INVALID_JSON', 3],
      ],
    ],
    ['a CRLF', `1\r\n${bad}\r\n`, [[1, 'INVALID_JSON', 3]]],
    [
      'not the answer of a handler with more keys',
      `{"a":1,"error":{"code":"INVALID_JSON","message":"","record":1}}\n`,
      [],
    ],
    ['not a code that we do not have', `{"error":{"code":"MINE","message":"","record":1}}\n`, []],
    ['not a code within an answer', `{"id":{"error":{"code":"INVALID_JSON","message":"","record":1}}}\n`, []],
    ['not a line that is no JSON', `{"error":{"code":"INVALID_JSON"\n`, []],
    [
      'CSV',
      'a,1\nERROR:TIMEOUT,\nb,2\nERROR:EMPTY_RECORD\r\nERROR:MODEL_ERROR,,',
      [
        [1, 'TIMEOUT', 2],
        [3, 'EMPTY_RECORD', 4],
        [4, 'MODEL_ERROR', 5],
      ],
    ],
    ['not a CSV cell behind others', 'a,ERROR:TIMEOUT\nb,1\n', []],
    ['not a label of the model', 'ERROR:TIMEOUTS,1\nERROR:OTHER,1\nERROR:\n', []],
  ];
  for (const [name, reply, found] of cases) {
    test(name, () => {
      const lines = findErrorLines(Buffer.from(reply));
      assert.deepEqual(
        lines.map(({ index, code, record }) => [index, code, record]),
        found,
      );
    });
  }

  test('carry their message; in CSV, what the code means', () => {
    assert.equal(findErrorLines(Buffer.from(`${bad}\n`))[0]?.message, 'why');
    assert.match(findErrorLines(Buffer.from('ERROR:TIMEOUT\n'))[0]?.message ?? '', /took longer/);
  });
});
