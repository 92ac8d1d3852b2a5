import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ProcessingError } from '../../../src/transform/processing/processing-error.ts';
import { compile } from './compile.ts';

describe('what a path takes of a record', () => {
  const record = '{"id":7, "features":[1.0, 2, [3]], "o":{"a":1,"b":{"c":[{"d":1},{"d":2},{}]}}, "n":null}';
  const cases: [path: string, taken: string][] = [
    ['$.id', '7'],
    ["$['id']", '7'],
    ['$.n', 'null'],
    ['$.features', '[1.0,2,[3]]'],
    ['$.features[0]', '1.0'],
    ['$.features[-1]', '[3]'],
    ['$.features[-1][0]', '3'],
    ['$.features[0,2]', '[1.0,[3]]'],
    ['$.features[1:]', '[2,[3]]'],
    ['$.features[:1]', '[1.0]'],
    ['$.features[:-1]', '[1.0,2]'],
    ['$.features[1:100]', '[2,[3]]'],
    ['$.features[5:]', '[]'],
    ['$.features[*]', '[1.0,2,[3]]'],
    ["$['o','id']", '{"o":{"a":1,"b":{"c":[{"d":1},{"d":2},{}]}},"id":7}'],
    ["$['id','missing']", '{"id":7}'],
    ["$['id','id']", '{"id":7}'],
    ["$.o['a','b'].c", '[[{"d":1},{"d":2},{}]]'],
    ['$.o.*', '[1,{"c":[{"d":1},{"d":2},{}]}]'],
    ['$.o.b.c[*].d', '[1,2]'],
    ["$.o.b.c[*]['d','e']", '[{"d":1},{"d":2},{}]'],
    ["$['o','missing'].a", '[1]'],
    ['$.features[*][0]', '[3]'],
    ['$.*.b', '[{"c":[{"d":1},{"d":2},{}]}]'],
  ];
  for (const [path, taken] of cases) {
    test(path, () => {
      assert.equal(compile([path, 'None', '$'], 'lines').filterInput(`${record}\n`), `${taken}\n`);
      assert.equal(compile(['$', 'None', path], 'lines').finish('{}\n', `${record}\n`), `${taken}\n`);
      assert.equal(compile([path, 'None', '$'], 'document').filterInput(` ${record}\n`), taken);
    });
  }

  const absent: [path: string, problem: string][] = [
    ['$.missing', 'expected an object with "missing", received one without'],
    ['$.id.a', 'expected an object with "a", received neither an array nor an object'],
    ['$.features.a', 'expected an object with "a", received an array'],
    ["$['x','y']", 'expected an object with "x" or "y", received one without'],
    ['$.features[3]', 'index 3 is not within the 3 elements of the array'],
    ['$.features[0,-4]', 'index -4 is not within the 3 elements of the array'],
    ['$.o[0]', 'expected an array, received an object'],
    ['$.id[1:]', 'expected an array, received neither an array nor an object'],
    ['$.id.*', 'expected an array or an object, received neither an array nor an object'],
  ];
  for (const [path, problem] of absent) {
    test(`${path}, which is not there`, () => {
      const lines = compile([path, 'None', path], 'lines');
      assert.throws(
        () => lines.filterInput(`${record}\n`),
        isError(`InputFilter ${path} does not fit line 1: ${problem}`, 1),
      );
      assert.throws(
        () => lines.finish('{}\n', `${record}\n`),
        isError(`OutputFilter ${path} does not fit line 1: ${problem}`, 1),
      );
      assert.throws(
        () => compile([path, 'None', '$'], 'document').filterInput(record),
        isError(`InputFilter ${path} does not fit the document: ${problem}`, undefined),
      );
    });
  }
});

describe('the bytes of values stay as they are', () => {
  const values = ['1.0', '12345678901234567890', '1e2', '-0', '"\\u00e9 \\/"', '"é€😀"', '{"b":1,"a":[ 1 , "x y" ]}'];
  for (const value of values) {
    test(value, () => {
      const line = `{"v": ${value}}\n`;
      const compact = value.replace('[ 1 , "x y" ]', '[1,"x y"]');
      assert.equal(compile(['$.v', 'None', '$'], 'lines').filterInput(line), `${compact}\n`);
      assert.equal(
        compile(['$', 'Input', '$'], 'lines').finish(line, `${value}\n`),
        `{"SageMakerOutput":${compact},"v":${compact}}\n`,
      );
    });
  }

  test('of any value, but for white space and the order of the outermost keys', () => {
    const { finish } = compile(['$', 'Input', '$'], 'lines', { 'sort-keys': 'never' });
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(objects, fc.jsonValue(), (record, prediction) => {
        const joined = { ...JSON.parse(JSON.stringify(record)), SageMakerOutput: prediction };
        assert.equal(finish(JSON.stringify(record), JSON.stringify(prediction)), `${JSON.stringify(joined)}\n`);
      }),
    );
  });
});

describe('join', () => {
  const cases: [name: string, record: string, prediction: string, joined: string][] = [
    ['the example of the developer guide', '{"key":1}', '{"label":1}', '{"SageMakerOutput":{"label":1},"key":1}'],
    [
      'what the service was observed to write (opensearch-project/ml-commons, tests of S3DataIngestion)',
      '{"id":1,"content":["this is chapter 1","harry potter"]}',
      '[[-0.017166402, 0.055771016],[-0.004301484,-0.042826906]]',
      '{"SageMakerOutput":[[-0.017166402,0.055771016],[-0.004301484,-0.042826906]],"content":["this is chapter 1","harry potter"],"id":1}',
    ],
    [
      'keys in the order of their bytes',
      '{"a":1,"Z":2,"_":3,"é":4,"😀":5,"\\uffe5":6}',
      '0',
      '{"SageMakerOutput":0,"Z":2,"_":3,"a":1,"é":4,"￥":6,"😀":5}',
    ],
    [
      'not within values',
      '{"b":{"z":1,"a":2}}',
      '{"z":1,"a":2}',
      '{"SageMakerOutput":{"z":1,"a":2},"b":{"z":1,"a":2}}',
    ],
    ['a member of that name is replaced', '{"SageMakerOutput":1,"a":2}', '3', '{"SageMakerOutput":3,"a":2}'],
    ['of two keys the last', '{"a":1,"a":2}', '3', '{"SageMakerOutput":3,"a":2}'],
    ['__proto__ is a key', '{"__proto__":1}', '2', '{"SageMakerOutput":2,"__proto__":1}'],
    ['an empty object', '{}', '1', '{"SageMakerOutput":1}'],
    ['an array', '[1, 2]', '{"a" : 1}', '{"SageMakerInput":[1,2],"SageMakerOutput":{"a":1}}'],
    ['a text', '"a b"', '1', '{"SageMakerInput":"a b","SageMakerOutput":1}'],
    ['white space around', ' { "a" : [ ] , "b" : { } } ', ' 1 ', '{"SageMakerOutput":1,"a":[],"b":{}}'],
  ];
  for (const [name, record, prediction, joined] of cases) {
    test(name, () => {
      assert.equal(compile(['$', 'Input', '$'], 'lines').finish(`${record}\n`, `${prediction}\n`), `${joined}\n`);
      assert.equal(compile(['$', 'Input', '$'], 'document').finish(record, `${prediction}\n`), joined);
    });
  }

  test('sort-keys never', () => {
    const { finish } = compile(['$', 'Input', '$'], 'lines', { 'sort-keys': 'never' });
    assert.equal(finish('{"b":1,"a":2}\n', '3\n'), '{"b":1,"a":2,"SageMakerOutput":3}\n');
    assert.equal(finish('{"SageMakerOutput":1,"a":2}\n', '3\n'), '{"SageMakerOutput":3,"a":2}\n');
  });

  test('the example with features and id', () => {
    const { filterInput, finish } = compile(['$.features', 'Input', "$['id','SageMakerOutput']"], 'lines');
    const miniBatch = '{"id":1,"features":[1,2]}\n{"id":2,"features":[3,4]}\n';
    assert.equal(filterInput(miniBatch), '[1,2]\n[3,4]\n');
    assert.equal(finish(miniBatch, '0.5\n0.25\n'), '{"SageMakerOutput":0.5,"id":1}\n{"SageMakerOutput":0.25,"id":2}\n');
    const unsorted = compile(['$', 'Input', "$['id','SageMakerOutput']"], 'lines', { 'sort-keys': 'never' });
    assert.equal(unsorted.finish('{"id":1}\n', '0.5\n'), '{"id":1,"SageMakerOutput":0.5}\n');
  });

  test('lines keep their order, and end in a newline', () => {
    const { filterInput, finish } = compile(['$.a', 'Input', '$.SageMakerOutput'], 'lines');
    assert.equal(filterInput('{"a":1}\r\n{"a":2}'), '1\r\n2');
    assert.equal(finish('{"a":1}\r\n{"a":2}', '3\r\n4'), '3\n4\n');
    assert.equal(finish('', ''), '');
  });
});

describe('one reply of several lines', () => {
  const pretty = '{\n  "label": "a b"\n}\n';
  test('to one record is its prediction', () => {
    assert.equal(
      compile(['$', 'Input', '$'], 'jsonLine').finish('{"id":1}\n', pretty),
      '{"SageMakerOutput":{"label":"a b"},"id":1}\n',
    );
    assert.equal(compile(['$', 'None', '$.label'], 'jsonLine').finish('{"id":1}\n', pretty), '"a b"\n');
  });
  test('to two is not', () => {
    const counts = 'expected as many lines as the mini-batch has, 2, received 3';
    assert.throws(
      () => compile(['$', 'Input', '$'], 'jsonLine').finish('{}\n{}\n', pretty),
      isError(`Failed to join the output with the input: ${counts}`, undefined),
    );
  });
  test('nor are two values to one', () => {
    const counts = 'expected as many lines as the mini-batch has, 1, received 2';
    assert.throws(
      () => compile(['$', 'Input', '$'], 'lines').finish('{}\n', '1\n2\n'),
      isError(`Failed to join the output with the input: ${counts}`, undefined),
    );
  });
});

describe('an error line stays one', () => {
  const error = '{"id":3,"error":{"code":"INVALID_JSON","message":"expected a value","record":1}}';
  const cases: [name: string, join: 'Input' | 'None', path: string, reply: string, output: string][] = [
    ['joined', 'Input', '$', error, `{"SageMakerOutput":${error},"id":1}`],
    ['selected', 'Input', "$['id','SageMakerOutput']", error, `{"SageMakerOutput":${error},"id":1}`],
    ['below it', 'Input', '$.SageMakerOutput.probability', error, error],
    ['several below it', 'Input', "$.SageMakerOutput['id','probability']", error, error],
    ['not joined', 'None', '$.probability', error, error],
    ['not joined, and several', 'None', "$['id','probability']", error, error],
    ['not joined, and among others', 'None', '$.probabilities[*].p', error, error],
    ['not joined, as a list', 'None', '$[0,1]', error, error],
    ['nothing of the output was asked for', 'Input', '$.id', error, '1'],
  ];
  for (const [name, join, path, reply, output] of cases) {
    test(name, () => {
      assert.equal(compile(['$', join, path], 'lines').finish('{"id":1}\n', `${reply}\n`), `${output}\n`);
    });
  }

  test('among predictions of one document', () => {
    const reply = `{"predictions":[{"p":1},${error},{"p":2}]}`;
    const { finish } = compile(['$', 'Input', '$.SageMakerOutput.predictions[*].p'], 'document');
    assert.equal(finish('{"instances":[1,2,3]}', reply), `[1,${error},2]`);
  });

  test('a record that resembles one is no error line', () => {
    assert.throws(() => compile(['$.x', 'None', '$'], 'lines').filterInput(`${error}\n`), ProcessingError);
  });

  test('an object that only resembles one is a record without the field', () => {
    for (const reply of [
      '{"error":1}',
      '{"error":{"code":1,"message":""}}',
      '{"error":{"code":"a","message":"b"},"p":1}',
    ]) {
      assert.throws(() => compile(['$', 'None', '$.x'], 'lines').finish('{}\n', `${reply}\n`), ProcessingError);
    }
  });
});

describe('what is no JSON', () => {
  const parse = 'Failed to parse output from the algorithm as JSON';
  const cases: [name: string, miniBatch: string | Buffer, reply: string | Buffer, line: number, message: RegExp][] = [
    ['a record', '{}\n{"a":}\n', '1\n2\n', 2, /^Failed to parse line 2 as JSON: expected a value at character 6/],
    [
      'a blank line',
      '{}\n\n',
      '1\n2\n',
      2,
      /^Failed to parse line 2 as JSON: expected a JSON value, received nothing$/,
    ],
    ['two values', '{}\n{} {}\n', '1\n2\n', 2, /^Failed to parse line 2 as JSON: expected the end of the text at/],
    ['bytes', Buffer.from('{}\n"é"\n', 'latin1'), '1\n2\n', 2, /^Failed to parse line 2 as JSON: .* are not UTF-8$/],
    ['a prediction', '{}\n{}\n', '1\n0.5,a\n', 2, new RegExp(`^${parse}: line 2: expected the end of the text at`)],
    ['bytes of one', '{}\n{}\n', Buffer.from('"é"\n1\n', 'latin1'), 1, /algorithm as JSON: line 1: .* not UTF-8$/],
    ['too deep', `${'['.repeat(1001)}${']'.repeat(1001)}\n`, '1\n', 1, /line 1 as JSON: .* deeper than 1,000 levels$/],
  ];
  for (const [name, miniBatch, reply, line, message] of cases) {
    test(name, () => {
      assert.throws(
        () => compile(['$', 'Input', '$'], 'lines').finish(miniBatch, reply),
        (error) => {
          assert.ok(error instanceof ProcessingError, String(error));
          assert.equal(error.line, line);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test('a document', () => {
    const { filterInput, finish } = compile(['$.a', 'Input', '$'], 'document');
    assert.throws(
      () => filterInput(''),
      isError('Failed to parse the document as JSON: expected a JSON value, received nothing', undefined),
    );
    assert.throws(
      () => finish('{}', 'oops'),
      /^ProcessingError: Failed to parse output from the algorithm as JSON: the document: expected a value/,
    );
  });

  test('is not looked at where nothing is to be parsed', () => {
    const inputOnly = compile(['$.a', 'None', '$'], 'lines');
    assert.equal(inputOnly.finish('{"a":1}\n', 'oops'), 'oops');
    const outputOnly = compile(['$', 'None', '$.a'], 'lines');
    assert.equal(outputOnly.filterInput('oops\n\n'), 'oops\n\n');
    assert.equal(outputOnly.finish('oops\n\n', '{"a":1}\n{"a":2}\n'), '1\n2\n');
  });

  test('nesting that the server does not read fast is read all the same', () => {
    const deep = `${'['.repeat(900)}${']'.repeat(900)}`;
    assert.equal(
      compile(['$', 'Input', '$'], 'lines').finish(`${deep}\n`, '1\n'),
      `{"SageMakerInput":${deep},"SageMakerOutput":1}\n`,
    );
  });
});

function isError(message: string, line: number | undefined): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ProcessingError, String(error));
    assert.deepEqual([error.message, error.line, error.code], [message, line, 'JOB_FAILED']);
    return true;
  };
}
