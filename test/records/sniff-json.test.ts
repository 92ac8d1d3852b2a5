import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sniffJson } from '../../src/records/sniff-json.ts';

const cases: [body: string, layout: string][] = [
  ['[1,2]', 'array'],
  [' \r\n\t[', 'array'],
  ['\uFEFF [', 'array'],
  ['{"instances":[', 'instances'],
  ['\uFEFF\n{ "instances"\t:\n [{}]}', 'instances'],
  ['{"instances":5}', 'lines'],
  ['{"instance":[', 'lines'],
  ['{"instances2":[', 'lines'],
  ['{}', 'lines'],
  ['{"a":[1]}\n[2]', 'lines'],
  ['1', 'lines'],
  ['\uFEFF1', 'lines'],
  ['nonsense', 'lines'],
  ['\xff', 'lines'],
];

for (const [body, layout] of cases) {
  test(`${JSON.stringify(body)} is ${layout}, and undecided before`, () => {
    const bytes = Buffer.from(body);
    assert.equal(sniffJson(bytes), layout);
    let decided = false;
    for (let length = 0; length <= bytes.length; length += 1) {
      const seen = sniffJson(bytes.subarray(0, length));
      if (decided || seen !== undefined) assert.equal(seen, layout, `after ${length} bytes`);
      decided ||= seen !== undefined;
    }
  });
}

for (const body of ['', '\n\n', ' \t', '{"inst', '{"instances":', '\uFEFF']) {
  test(`${JSON.stringify(body)} needs more bytes, and is lines at the end`, () => {
    assert.equal(sniffJson(Buffer.from(body)), undefined);
    assert.equal(sniffJson(Buffer.from(body), true), 'lines');
  });
}
