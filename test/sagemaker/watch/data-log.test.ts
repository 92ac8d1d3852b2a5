import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDataLog } from '../../../src/sagemaker/watch/data-log.ts';

const at = '2021-03-14T23:56:26.572:[sagemaker logs]: ';
const of = (object: string, ...lines: string[]): string[] => lines.map((line) => `${at}${object}: ${line}`);

describe('the lines of a data log', () => {
  test('that AWS was seen to write', () => {
    const { failed, others } = readDataLog([
      `${at}MaxConcurrentTransforms=1, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD`,
      ...of('b/images/1.jpg', 'Bad HTTP status received from algorithm: 500', '', 'Message:', '{"error": "refused"}'),
      ...of('b/images/2.jpg', 'ClientError: 400', '', 'Message:', '{', '"code": 400,', '"message": "no name"', '}'),
      ...of('b/v1.csv', 'Unable to get response from algorithm'),
    ]);
    assert.deepEqual(failed, [
      { object: 'b/images/1.jpg', lines: ['Bad HTTP status received from algorithm: 500', 'refused'] },
      { object: 'b/images/2.jpg', lines: ['ClientError: 400', 'no name'] },
      { object: 'b/v1.csv', lines: ['Unable to get response from algorithm'] },
    ]);
    assert.deepEqual(others, []);
  });

  test('whose empty lines have lost their last space', () => {
    const lines = [...of('b/a.csv', 'ClientError: 400'), `${at}b/a.csv:`, ...of('b/a.csv', 'Message:', 'no')];
    assert.deepEqual(readDataLog(lines).failed, [{ object: 'b/a.csv', lines: ['ClientError: 400', 'no'] }]);
  });

  test('of keys with colons and spaces, and of requests that overlap', () => {
    const [one, two] = ['b/day: 1/a.csv', 'b/day: 2/a b.csv'];
    const lines = [
      ...of(one, 'ClientError: 400'),
      ...of(two, 'ClientError: 413'),
      ...of(one, '', 'Message:'),
      ...of(two, '', 'Message:', 'too: large'),
      ...of(one, 'key: value'),
    ];
    assert.deepEqual(readDataLog(lines).failed, [
      { object: one, lines: ['ClientError: 400', 'key: value'] },
      { object: two, lines: ['ClientError: 413', 'too: large'] },
    ]);
  });

  test('that are about no object', () => {
    const { failed, others } = readDataLog([
      `${at}Something happened: twice`,
      `${at}`,
      '2026-01-01T00:00:00.000:[batchline local]: waiting',
      'a line',
    ]);
    assert.deepEqual(failed, []);
    assert.deepEqual(others, ['Something happened: twice', 'a line']);
  });

  test('of several attempts: what is said again is said once, and the last lines count', () => {
    const attempt = of('b/a.csv', 'Bad HTTP status received from algorithm: 500', '', 'Message:', 'no');
    const many = Array.from({ length: 40 }, (_, index) => of('b/t.csv', `line ${index}`)).flat();
    const [repeated, long] = readDataLog([...of('b/a.csv', 'same', 'same'), ...attempt, ...many]).failed;
    assert.deepEqual(repeated?.lines, ['same', 'Bad HTTP status received from algorithm: 500', 'no']);
    assert.deepEqual([long?.lines.length, long?.lines[0], long?.lines.at(-1)], [15, 'line 25', 'line 39']);
  });

  const bodies: [about: string, body: string, lines: string[]][] = [
    ['batchline', '{"error":{"code":"INTERNAL","message":"unexpected: x"}}', ['INTERNAL: unexpected: x']],
    [
      'batchline, of too many errors',
      '{"error":{"code":"TOO_MANY_ERRORS","message":"2 of 2 records failed, more than X=0.5 allows. record 1: A: b; record 2: A: c; d","records":2}}',
      ['TOO_MANY_ERRORS: 2 of 2 records failed, more than X=0.5 allows', 'record 1: A: b', 'record 2: A: c; d'],
    ],
    ['a toolkit', '{"error":"","error-message":"no column","stack-trace":"…"}', ['no column']],
    [
      'MMS',
      '{"code":500,"type":"InternalServerException","message":"Worker died."}',
      ['InternalServerException: Worker died.'],
    ],
    ['JSON of another kind', '{"a":1}', ['{"a":1}']],
    ['a list', '[1]', ['[1]']],
    [
      'nginx',
      '<html>\n<head><title>413 Request Entity Too Large</title></head>\n<body></body></html>',
      ['413 Request Entity Too Large'],
    ],
    ['a trace', 'Traceback:\n  File "a.py"\n\nValueError: no', ['Traceback:', '  File "a.py"', 'ValueError: no']],
    ['one very long line', 'x'.repeat(2000), [`${'x'.repeat(500)}…`]],
  ];
  for (const [about, body, lines] of bodies) {
    test(`that quote ${about}`, () => {
      const said = of('b/a.csv', 'ClientError: 400', '', 'Message:', ...body.split('\n'));
      assert.deepEqual(readDataLog(said).failed, [{ object: 'b/a.csv', lines: ['ClientError: 400', ...lines] }]);
    });
  }
});
