import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAcceptable, negotiate } from '../../src/records/accept.ts';

type Input = Parameters<typeof negotiate>[1];

// The answer is written as `type encoding envelope`.
const cases: [accept: string | undefined, input: Input, inputType: string, answer: string][] = [
  [undefined, 'lines', 'application/json', 'application/json json lines'],
  [undefined, 'lines', 'application/json; charset=utf-8', 'application/json json lines'],
  [undefined, 'lines', 'application/x-ndjson', 'application/jsonlines json lines'],
  [undefined, 'array', 'application/json', 'application/json json array'],
  [undefined, 'instances', 'application/json', 'application/json json instances'],
  [undefined, 'csv', 'text/csv', 'text/csv csv lines'],
  ['*/*', 'csv', 'text/csv', 'text/csv csv lines'],
  ['', 'array', 'application/json', 'application/json json array'],
  ['application/json', 'csv', 'text/csv', 'application/json json lines'],
  ['application/json', 'lines', 'application/jsonlines', 'application/json json lines'],
  ['application/json;charset=utf-8', 'array', 'application/json', 'application/json json array'],
  ['APPLICATION/JSON', 'instances', 'application/json', 'application/json json instances'],
  ['application/jsonlines', 'array', 'application/json', 'application/jsonlines json lines'],
  ['application/x-ndjson', 'lines', 'application/jsonlines', 'application/x-ndjson json lines'],
  ['application/jsonl', 'csv', 'text/csv', 'application/jsonl json lines'],
  ['application/x-jsonlines', 'instances', 'application/json', 'application/x-jsonlines json lines'],
  ['text/csv', 'instances', 'application/json', 'text/csv csv lines'],
  ['text/html, text/csv', 'lines', 'application/json', 'text/csv csv lines'],
  ['text/csv, application/json', 'lines', 'application/json', 'text/csv csv lines'],
  ['text/csv;q=0.5, application/json;q=0.9', 'csv', 'text/csv', 'application/json json lines'],
  ['text/csv;q=0.5, application/json;q=0.50', 'array', 'application/json', 'text/csv csv lines'],
  ['*/*, application/x-ndjson', 'csv', 'text/csv', 'application/x-ndjson json lines'],
  ['application/*, text/csv', 'array', 'application/json', 'text/csv csv lines'],
  ['application/*;q=1, text/csv;q=.9', 'array', 'application/json', 'application/json json array'],
  ['application/*', 'csv', 'text/csv', 'application/jsonlines json lines'],
  ['application/*', 'lines', 'application/x-ndjson', 'application/jsonlines json lines'],
  ['text/*', 'lines', 'application/json', 'text/csv csv lines'],
  ['text/*;q=1, text/csv;q=0, application/json;q=0.1', 'csv', 'text/csv', 'application/json json lines'],
  ['*/*, application/json;q=0', 'array', 'application/json', 'application/jsonlines json lines'],
  ['text/html, image/gif, *; q=.2, */*; q=.2', 'csv', 'text/csv', 'text/csv csv lines'],
  ['application/json;q=high, text/csv;q=0.9', 'csv', 'text/csv', 'application/json json lines'],
  ['text/csv;q=2, application/json', 'csv', 'text/csv', 'text/csv csv lines'],
  ['text/csv;q=1.000', 'lines', 'application/json', 'text/csv csv lines'],
  ['application/json;x="a,b", ,', 'array', 'application/json', 'application/json json array'],
];

for (const [accept, input, inputType, answer] of cases) {
  test(`Accept ${accept} for ${input} of ${inputType}`, () => {
    const { contentType, encoding, envelope } = negotiate(accept, input, inputType);
    assert.equal(`${contentType} ${encoding} ${envelope}`, answer);
    assert.doesNotThrow(() => assertAcceptable(accept));
  });
}

const refused = [
  'text/html',
  'application/json;q=0',
  '*/*;q=0',
  'json',
  'text/csv;q=0, text/*',
  'image/*',
  ';',
  'text/csv;q=0.0',
];

for (const accept of refused) {
  test(`Accept ${accept} is refused for every input`, () => {
    const message =
      /^none of the types in Accept ".*" can be produced; expected application\/jsonlines, .*text\/csv or \*\/\*$/;
    const expected = { name: 'RequestError', code: 'NOT_ACCEPTABLE', status: 406, message };
    assert.throws(() => assertAcceptable(accept), expected);
    for (const input of ['lines', 'array', 'instances', 'csv'] as const) {
      assert.throws(() => negotiate(accept, input, 'application/json'), expected);
    }
  });
}
