import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordError } from '../../src/errors.ts';
import { loadModel } from '../../src/models/load-model.ts';
import type { Model } from '../../src/models/model.ts';
import { openModel } from '../../src/models/open-model.ts';
import type { JsonValue } from '../../src/records/json-value.ts';
import { createDecoderFactory } from '../../src/scoring/decode.ts';

const model = await loadModel(await openModel('examples/flag-combo/model'));
const decoderOf = createDecoderFactory(model, { maxRecordBytes: 1000, subBatch: 4 });

const ordinary = '{"outlet_id":"a","menu":[{"name":"Idli + Vada","category":"Combos"}]}';
/** Records that are not read from their bytes, and what becomes of them. */
const others: [record: string, id: JsonValue | undefined, error?: string][] = [
  ['{"outlet_id":"b","menu":[]}', 'b'],
  ['{"outlet_id":1,"outlet_id":"c\\n","menu":[{"name":"x y","name":"Idli + Vada","category":"Combos"}]}', 'c\n'],
  ['{"outlet_id":"d","menu":[{"name":7,"category":"Combos"}]}', 'd', '$.menu[0].name is a number: expected a string'],
  ['{"outlet_id":"e"}', 'e', '$.menu is missing: expected an array'],
  ['{"outlet_id":"f","menu":[{"name":"x"]}', undefined, 'INVALID_JSON'],
  [' ', undefined, 'EMPTY_RECORD'],
  [`{"outlet_id":"${'g'.repeat(1000)}"}`, undefined, 'RECORD_TOO_LARGE'],
];

test('records of all kinds, many of a kind in a row, and ordinary ones between them', () => {
  for (const repeats of [1, 3, 40]) {
    const block = others.flatMap((other) => [...Array(repeats).fill(other), [ordinary, 'a']]) as typeof others;
    const lines = block.map(([record]) => Buffer.from(record));
    const bytes = Buffer.concat(lines);
    const decoder = decoderOf(bytes, 'lines');
    let start = 0;
    for (const [index, [record, id, error]] of block.entries()) {
      const end = start + (lines[index] as Buffer).length;
      const decode = () => decoder.decode(start, end);
      const isExpected = ({ code, message }: RecordError) => code === error || message === error;
      if (error === undefined) assert.deepEqual(decode(), model.read(JSON.parse(record) as JsonValue));
      else assert.throws(decode, isExpected, record);
      assert.equal(decoder.id, id, record);
      start = end;
    }
  }
});

test('a block with one record of invalid UTF-8: the others are read as ever', () => {
  const bytes = Buffer.concat([Buffer.from(ordinary), Buffer.from([0x22, 0xff, 0x22])]);
  const decoder = decoderOf(bytes, 'lines');
  assert.deepEqual(decoder.decode(0, ordinary.length), model.read(JSON.parse(ordinary) as JsonValue));
  assert.throws(() => decoder.decode(ordinary.length, bytes.length), { code: 'INVALID_UTF8' });
  assert.equal(decoder.id, undefined);
});

test('rows of numbers are kept apart for as long as their sub-batch', () => {
  const description = { ...model.description, format: 'linear-text', input: { features: ['a', 'b'], text: [] } };
  const numbers: Model = { description, read: (record) => record, predict: () => [] };
  const text = '[1,2]\n[3,4.5]\n[-6,7]\n{"a":8,"b":9}\n';
  const bytes = Buffer.from(text);
  const decoder = createDecoderFactory(numbers, { maxRecordBytes: 1000, subBatch: 4 })(bytes, 'lines');
  let start = 0;
  const features = text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const decoded = decoder.decode(start, start + line.length);
      start += line.length + 1;
      return decoded;
    });
  assert.deepEqual(features, [[1, 2], [3, 4.5], [-6, 7], { a: 8, b: 9 }]);
});
