import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import { compileProcessing, type ProcessingOptions } from '../../../src/transform/processing/compile-processing.ts';
import { ProcessingError } from '../../../src/transform/processing/processing-error.ts';
import { assumptions } from './compile.ts';

const time = '2023-01-21T01:29:04Z';
const jsonTime = `"SageMakerInferenceTime":"${time}"`;

type Config = Parameters<typeof compileProcessing>[0];

/** What a reply becomes; ids are id-1, id-2, … */
function finish(
  [contentType, config, changed = {}]: readonly [string, Config, Partial<ProcessingOptions>?],
  miniBatch: string,
  reply: string | Buffer,
): Buffer {
  const ids = ['id-1', 'id-2'];
  const inferenceIds = { time, newId: () => ids.shift() ?? 'none left' };
  const form = { contentType, accept: undefined, splitType: 'Line', assembleWith: 'Line' } as const;
  const processing = compileProcessing(config, { ...form, assumptions, inferenceIds, ...changed });
  assert.ok(processing);
  return processing.finish(Buffer.from(miniBatch), Buffer.from(reply as string));
}

describe('CSV', () => {
  const cases: [name: string, config: Config, reply: string, output: string][] = [
    ['two last columns', {}, '0\n1\n', `0,id-1,${time}\n1,id-2,${time}\n`],
    ['line ends stay', {}, '0\r\n1', `0,id-1,${time}\r\n1,id-2,${time}`],
    ['quotes stay', {}, '"a, ""b""",1\n', `"a, ""b""",1,id-1,${time}\n`],
    ['after the join', { JoinSource: 'Input' }, '0\n1\n', `a,b,0,id-1,${time}\nc,d,1,id-2,${time}\n`],
    [
      'after the OutputFilter',
      { JoinSource: 'Input', OutputFilter: '$[0,-1]' },
      '0\n1\n',
      `a,0,id-1,${time}\nc,1,id-2,${time}\n`,
    ],
    ['an error row stays one', {}, 'ERROR:INVALID_CSV\n', `ERROR:INVALID_CSV,id-1,${time}\n`],
    ['an empty reply', {}, '', ''],
  ];
  for (const [name, config, reply, output] of cases) {
    test(name, () => assert.equal(finish(['text/csv', config], 'a,b\nc,d\n', reply).toString(), output));
  }

  test('a blank line is no row', () => {
    assert.throws(() => finish(['text/csv', {}], 'a\nb\n', '1\n\n'), ProcessingError);
  });

  test('bytes that are not UTF-8 stay', () => {
    const output = finish(['text/csv', {}], 'a\n', Buffer.from('café\n', 'latin1'));
    assert.deepEqual(output, Buffer.from(`café,id-1,${time}\n`, 'latin1'));
  });
});

describe('JSON lines', () => {
  const error = '{"id":3,"error":{"code":"INVALID_JSON","message":"expected a value","record":1}}';
  const id = '"SageMakerInferenceId":"id-1"';
  const cases: [name: string, config: Config, reply: string, output: string][] = [
    ['an object', {}, '{"output": 1.0, "A":{"z":1,"a":2}}', `{"A":{"z":1,"a":2},${id},${jsonTime},"output":1.0}`],
    ['another value', {}, '[0.5, 1]', `{${id},${jsonTime},"SageMakerOutput":[0.5,1]}`],
    ['members of these names are replaced', {}, '{"SageMakerInferenceId":7}', `{${id},${jsonTime}}`],
    [
      'what the service was observed to write',
      { InputFilter: '$.features', JoinSource: 'Input' },
      '{"predicted_label":1}',
      `{${id},${jsonTime},"SageMakerOutput":{"predicted_label":1},"features":[1,2]}`,
    ],
    [
      'after the OutputFilter, which cannot drop them',
      { JoinSource: 'Input', OutputFilter: '$.SageMakerOutput' },
      '0.5',
      `{${id},${jsonTime},"SageMakerOutput":0.5}`,
    ],
    ['an error line stays one', {}, error, error],
    ['a joined one', { JoinSource: 'Input' }, error, `{${id},${jsonTime},"SageMakerOutput":${error},"features":[1,2]}`],
  ];
  for (const [name, config, reply, output] of cases) {
    test(name, () => {
      const record = '{"features":[1,2]}\n';
      assert.equal(finish(['application/jsonlines', config], record, `${reply}\n`).toString(), `${output}\n`);
    });
  }

  test('each has its own id', () => {
    const output = finish(['application/jsonlines', {}], '1\n2\n', '{"é":1}\n{}\n').toString();
    const second = `{"SageMakerInferenceId":"id-2",${jsonTime}}`;
    assert.equal(output, `{${id},${jsonTime},"é":1}\n${second}\n`);
  });

  test('sort-keys never: they are the last', () => {
    const changed = { assumptions: { ...assumptions, 'sort-keys': 'never' } } as const;
    const output = finish(['application/jsonlines', {}, changed], '1\n', '{"output":1,"A":2}\n').toString();
    assert.equal(output, `{"output":1,"A":2,${id},${jsonTime}}\n`);
  });

  test('what is no JSON names its line', () => {
    assert.throws(
      () => finish(['application/jsonlines', {}], '1\n2\n', '1\noops\n'),
      /^ProcessingError: Failed to parse output from the algorithm as JSON: line 2: expected a value/,
    );
  });
});

test('a JSON document that is spread over several lines is one record', () => {
  const output = finish(['application/json', {}, { splitType: 'None' }], '{}', '{\n  "predictions": [1, 2]\n}\n');
  assert.equal(output.toString(), `{"SageMakerInferenceId":"id-1",${jsonTime},"predictions":[1,2]}\n`);
});

test('without a generator ids are random UUIDs', () => {
  const inferenceIds = { time };
  const options = { contentType: 'text/csv', accept: undefined, assumptions, inferenceIds };
  const output = compileProcessing({}, options)?.finish(Buffer.from(''), Buffer.from('1\n1\n')).toString() ?? '';
  const ids = output
    .trimEnd()
    .split('\n')
    .map((row) => row.split(',')[1] ?? '');
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

describe('the type of the output', () => {
  test('is Accept, whatever the input is', () => {
    const output = finish(['image/png', {}, { accept: 'text/csv; charset=utf-8', splitType: 'None' }], 'PNG', '1');
    assert.equal(output.toString(), `1,id-1,${time}`);
  });

  for (const [contentType, accept, received] of [
    ['text/csv', 'application/x-npy', 'application/x-npy'],
    ['image/png', undefined, 'image/png'],
    [undefined, undefined, 'none'],
  ] as const) {
    test(`cannot be ${received}`, () => {
      const message = `GenerateInferenceId needs an Accept, or without one a ContentType, of text/csv, application/json, application/jsonlines, received ${received}`;
      assert.throws(
        () => compileProcessing({}, { contentType, accept, assumptions, inferenceIds: { time } }),
        (error) => error instanceof BatchlineError && error.code === 'JOB_FAILED' && error.message === message,
      );
    });
  }
});
