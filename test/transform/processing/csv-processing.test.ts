import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileProcessing } from '../../../src/transform/processing/compile-processing.ts';
import { ProcessingError } from '../../../src/transform/processing/processing-error.ts';
import { assumptions, compile } from './compile.ts';

describe('InputFilter', () => {
  const cases: [path: string, miniBatch: string, sent: string][] = [
    ['$[1:]', 'id,1,2\nid,3,4\n', '1,2\n3,4\n'],
    ['$[1]', 'id,1,2\nid,3,4\n', '1\n3\n'],
    ['$[-1]', 'id,1,2\n', '2\n'],
    ['$[0,2]', 'a,b,c\n', 'a,c\n'],
    ['$[2,0,0]', 'a,b,c\n', 'c,a,a\n'],
    ['$[-2:]', 'a,b,c\n', 'b,c\n'],
    ['$[:2]', 'a,b,c\n', 'a,b\n'],
    ['$[1:3]', 'a,b,c\n', 'b,c\n'],
    ['$[0:-1]', 'a,b,c\n', 'a,b\n'],
    ['$[*]', 'a,"b",c\n', 'a,"b",c\n'],
    ['$.*', 'a,b\n', 'a,b\n'],
    ['$[1:]', 'a,b\r\nc,d\r\n', 'b\r\nd\r\n'],
    ['$[1:]', 'a,b\nc,d', 'b\nd'],
    ['$[1:]', 'a,b\nc,d,e\nf,g\n', 'b\nd,e\ng\n'],
    ['$[0,2]', '"a, ""b""",c,"d"\n', '"a, ""b""","d"\n'],
    ['$[1]', 'a,,c\n', '""\n'],
    ['$[1:]', 'a,,\n', ',\n'],
    ['$', 'any" thing\n\n', 'any" thing\n\n'],
    ['$[1:]', '', ''],
  ];
  for (const [path, miniBatch, sent] of cases) {
    test(`${path} of ${JSON.stringify(miniBatch)}`, () => {
      assert.equal(compile([path, 'Input', '$'], 'csv').filterInput(miniBatch), sent);
    });
  }

  test('bytes that are not UTF-8 pass through', () => {
    const processing = compileProcessing(
      { InputFilter: '$[1]', JoinSource: 'Input' },
      { contentType: 'text/csv', accept: 'text/csv', splitType: 'Line', assembleWith: 'Line', assumptions },
    );
    const miniBatch = Buffer.from('café,naïve\n', 'latin1');
    assert.deepEqual(processing?.filterInput(miniBatch), Buffer.from('naïve\n', 'latin1'));
    assert.deepEqual(
      processing?.finish(miniBatch, Buffer.from('é\n')),
      Buffer.concat([Buffer.from('café,naïve,', 'latin1'), Buffer.from('é\n')]),
    );
  });

  test('slice-end inclusive: $[1:4] is the columns 2 to 5', () => {
    const inclusive = compile(['$[1:4]', 'None', '$'], 'csv', { 'slice-end': 'inclusive' });
    assert.equal(inclusive.filterInput('0,1,2,3,4,5\n'), '1,2,3,4\n');
    assert.equal(compile(['$[1:4]', 'None', '$'], 'csv').filterInput('0,1,2,3,4,5\n'), '1,2,3\n');
  });

  test('multi-range allowed', () => {
    const processing = compile(['$[0,3:]', 'None', '$'], 'csv', { 'multi-range': 'allow' });
    assert.equal(processing.filterInput('0,1,2,3,4\n'), '0,3,4\n');
  });
});

describe('join and OutputFilter', () => {
  const rows = 'id1,1,2\nid2,3,4\n';
  const cases: [join: 'Input' | 'None', path: string, miniBatch: string, reply: string, output: string][] = [
    ['Input', '$', '1,2,3\n', '1\n', '1,2,3,1\n'],
    ['Input', '$', rows, 'a,0.5\nb,0.25\n', 'id1,1,2,a,0.5\nid2,3,4,b,0.25\n'],
    ['Input', '$', rows, 'a\nb', 'id1,1,2,a\nid2,3,4,b\n'],
    ['Input', '$', 'a,b\r\nc,d\r\n', '1\r\n2\r\n', 'a,b,1\nc,d,2\n'],
    ['Input', '$', '"a,b",\n', '"x ""y"""\n', '"a,b",,"x ""y"""\n'],
    ['Input', '$[0,-1]', rows, 'a,0.5\nb,0.25\n', 'id1,0.5\nid2,0.25\n'],
    ['Input', '$[3:]', rows, 'a,0.5\nb,0.25\n', 'a,0.5\nb,0.25\n'],
    ['Input', '$[0]', rows, 'a\nb\n', 'id1\nid2\n'],
    ['None', '$[1]', rows, 'a,0.5\nb,0.25\n', '0.5\n0.25\n'],
    ['None', '$[0]', '\n\n', 'a,b\nc,d\n', 'a\nc\n'],
    ['Input', '$', '', '', ''],
  ];
  for (const [join, path, miniBatch, reply, output] of cases) {
    test(`${join} ${path} of ${JSON.stringify(miniBatch)} and ${JSON.stringify(reply)}`, () => {
      assert.equal(compile(['$', join, path], 'csv').finish(miniBatch, reply), output);
    });
  }

  test('with an InputFilter alone, the reply is the output, whatever it is', () => {
    assert.equal(compile(['$[1:]', 'None', '$'], 'csv').finish('a,b\n', 'no " CSV\n\n'), 'no " CSV\n\n');
  });

  test('the record is joined as it was before the InputFilter', () => {
    const processing = compile(['$[1:]', 'Input', '$[0,-1]'], 'csv');
    assert.equal(processing.filterInput('id,1,2\n'), '1,2\n');
    assert.equal(processing.finish('id,1,2\n', '0.5\n'), 'id,0.5\n');
  });
});

describe('an error row stays one', () => {
  const cases: [join: 'Input' | 'None', path: string, reply: string, output: string][] = [
    ['Input', '$', 'ERROR:INVALID_CSV,', 'id,1,ERROR:INVALID_CSV,\n'],
    ['Input', '$[0,2]', 'ERROR:INVALID_CSV,', 'id,ERROR:INVALID_CSV\n'],
    ['Input', '$[0,-1]', 'ERROR:INVALID_CSV,', 'id,ERROR:INVALID_CSV\n'],
    ['Input', '$[-1,0]', 'ERROR:INVALID_CSV,,', 'ERROR:INVALID_CSV,id\n'],
    ['Input', '$[3,2]', 'ERROR:INVALID_CSV,', ',ERROR:INVALID_CSV\n'],
    ['None', '$[1:]', 'ERROR:INVALID_CSV,,', 'ERROR:INVALID_CSV,\n'],
    ['Input', '$[0]', 'ERROR:INVALID_CSV,', 'id\n'], // nothing of the output was asked for
    ['None', '$[1]', 'ERROR: a label,2', '2\n'],
  ];
  for (const [join, path, reply, output] of cases) {
    test(`${join} ${path} of ${reply}`, () => {
      assert.equal(compile(['$', join, path], 'csv').finish('id,1\n', `${reply}\n`), output);
    });
  }
});

describe('what a row cannot be', () => {
  const inputs: [path: string, miniBatch: string, line: number, message: string][] = [
    ['$[1:]', 'a,b\n5" pipe,c\n', 2, 'Failed to parse line 2 as CSV: bare " in non quoted field, column 1'],
    ['$[1:]', 'a,"b\nc",d\n', 1, 'Failed to parse line 1 as CSV: extraneous or missing " in quoted field, column 2'],
    ['$[1:]', 'a,b\n\nc,d\n', 2, 'Failed to parse line 2 as CSV: expected a row, received a blank line'],
    ['$[1:]', 'a,b\n\r\n', 2, 'Failed to parse line 2 as CSV: expected a row, received a blank line'],
    ['$[1:]', 'a,b\nc\n', 2, 'InputFilter $[1:] does not fit line 2: index 1 is not within the 1 columns of the row'],
    ['$[-3]', 'a,b\n', 1, 'InputFilter $[-3] does not fit line 1: index -3 is not within the 2 columns of the row'],
    ['$[0:3]', 'a,b\n', 1, 'InputFilter $[0:3] does not fit line 1: the range ends behind the 2 columns of the row'],
    ['$[1:0]', 'a,b\n', 1, 'InputFilter $[1:0] does not fit line 1: the range takes none of the 2 columns of the row'],
  ];
  for (const [path, miniBatch, line, message] of inputs) {
    test(`InputFilter ${path} of ${JSON.stringify(miniBatch)}`, () => {
      assert.throws(() => compile([path, 'None', '$'], 'csv').filterInput(miniBatch), isError(message, line));
    });
  }

  const outputs: [path: string, miniBatch: string, reply: string, line: number | undefined, message: string][] = [
    [
      '$',
      'a\nb\nc\n',
      '1\n2\n',
      undefined,
      'Failed to join the output with the input: expected as many lines as the mini-batch has, 3, received 2',
    ],
    [
      '$',
      'a\n',
      '',
      undefined,
      'Failed to join the output with the input: expected as many lines as the mini-batch has, 1, received 0',
    ],
    [
      '$',
      'a\nb',
      '1\n2\n\n',
      undefined,
      'Failed to join the output with the input: expected as many lines as the mini-batch has, 2, received 3',
    ],
    ['$', '"a\nb\n', '1\n2\n', 1, 'Failed to parse line 1 as CSV: extraneous or missing " in quoted field, column 1'],
    ['$', 'a\n\n', '1\n2\n', 2, 'Failed to parse line 2 as CSV: expected a row, received a blank line'],
    [
      '$',
      'a\nb\n',
      '1\n{"predictions": [[1,2]]}\n',
      2,
      'Failed to parse output from the algorithm as CSV: line 2: bare " in non quoted field, column 1',
    ],
    [
      '$',
      'a\nb\n',
      '1\n\n',
      2,
      'Failed to parse output from the algorithm as CSV: line 2: expected a row, received a blank line',
    ],
    [
      '$[0,5]',
      'a\n',
      '1\n',
      1,
      'OutputFilter $[0,5] does not fit line 1: index 5 is not within the 2 columns of the row',
    ],
  ];
  for (const [path, miniBatch, reply, line, message] of outputs) {
    test(`join and ${path} of ${JSON.stringify(miniBatch)} and ${JSON.stringify(reply)}`, () => {
      assert.throws(() => compile(['$', 'Input', path], 'csv').finish(miniBatch, reply), isError(message, line));
    });
  }

  test('OutputFilter without a join', () => {
    const message = 'OutputFilter $[1] does not fit line 2: index 1 is not within the 1 columns of the row';
    assert.throws(() => compile(['$', 'None', '$[1]'], 'csv').finish('a\nb\n', '1,2\n3\n'), isError(message, 2));
  });
});

test('a line is counted on from the lines before the mini-batch', () => {
  const error = new ProcessingError((where) => `Failed to parse ${where} as CSV`, 3);
  assert.deepEqual([error.behind(10).line, error.behind(10).message], [13, 'Failed to parse line 13 as CSV']);
  const whole = new ProcessingError((where) => `Failed to parse ${where} as JSON`);
  assert.deepEqual([whole.behind(10).line, whole.message], [undefined, 'Failed to parse the document as JSON']);
});

function isError(message: string, line: number | undefined): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ProcessingError, String(error));
    assert.deepEqual([error.message, error.line, error.code], [message, line, 'JOB_FAILED']);
    return true;
  };
}
