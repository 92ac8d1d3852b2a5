import type { Scenario } from '../scenario.ts';

const clientError = 'ClientError: See job logs for more information.';
const algorithmError = 'AlgorithmError: See job logs for more information.';
const single = { BatchStrategy: 'SingleRecord' } as const;
const jsonLines = { ContentType: 'application/jsonlines' } as const;

export const failures: readonly Scenario[] = [
  {
    name: '4xx: the object has no output, the others have theirs',
    container: '400 for bad',
    inputs: { 'in/a.csv': 'good\n', 'in/b.csv': 'good\nbad\n', 'in/c.csv': 'good\n' },
    status: 'Failed',
    reason: [clientError, 'b.csv: the container answered 400: a bad record'],
    outputs: { 'a.csv.out': 'good\n', 'c.csv.out': 'good\n' },
  },
  {
    name: '4xx in the middle of an object: what came before it is no output',
    container: '400 for bad',
    request: single,
    inputs: { 'in/a.csv': 'one\ntwo\nbad\nfour\n' },
    status: 'Failed',
    reason: [clientError, 'a.csv: mini-batch from line 3: the container answered 400: a bad record'],
    outputs: {},
  },
  {
    name: '5xx: tried again, and then a failure of the algorithm',
    container: '503 for bad',
    request: { ModelClientConfig: { InvocationsMaxRetries: 2 } },
    inputs: { 'in/a.csv': 'bad\n', 'in/b.csv': 'good\n' },
    status: 'Failed',
    reason: [algorithmError, 'a.csv: the container answered 503: out of order (after 2 retries)'],
    outputs: { 'b.csv.out': 'good\n' },
  },
  {
    name: '5xx that passes',
    container: '500 at first',
    request: { ...single, ModelClientConfig: { InvocationsMaxRetries: 1 } },
    inputs: { 'in/a.csv': 'one: passes\ntwo: passes\n' },
    outputs: { 'a.csv.out': 'one: passes\ntwo: passes\n' },
  },
  {
    name: '5xx without retries',
    container: '500 at first',
    request: { ModelClientConfig: { InvocationsMaxRetries: 0 } },
    inputs: { 'in/a.csv': 'without retries\n' },
    status: 'Failed',
    reason: [algorithmError, 'a.csv: the container answered 500: not yet'],
    outputs: {},
  },
  {
    name: 'no answer in time',
    container: 'silent for bad',
    request: { ModelClientConfig: { InvocationsTimeoutInSeconds: 1, InvocationsMaxRetries: 0 } },
    inputs: { 'in/a.csv': 'bad\n', 'in/b.csv': 'good\n' },
    status: 'Failed',
    reason: [algorithmError, 'a.csv: no reply from the container: none within 1 s'],
    outputs: { 'b.csv.out': 'good\n' },
  },
  {
    name: 'a record over MaxPayloadInMB: its line and its size',
    container: 'size',
    request: { MaxPayloadInMB: 1 },
    inputs: { 'in/a.csv': `first\n${'x'.repeat(1_048_576)}\nlast\n`, 'in/b.csv': 'good\n' },
    status: 'Failed',
    reason: [
      clientError,
      'a.csv: the record at line 2 has 1,048,577 bytes, more than MaxPayloadInMB allows (1,048,576',
    ],
    outputs: { 'b.csv.out': '5\n' },
  },
  {
    name: 'an object over MaxPayloadInMB that is not split',
    container: 'size',
    request: { SplitType: 'None', MaxPayloadInMB: 1 },
    inputs: { 'in/a.csv': `first\n${'x'.repeat(1_048_576)}` },
    status: 'Failed',
    reason: [clientError, 'a.csv: the record at byte 0 has 1,048,582 bytes'],
    outputs: {},
  },
  {
    name: '204: success without a byte',
    container: 'answers nothing',
    inputs: { 'in/a.csv': 'one\n' },
    outputs: { 'a.csv.out': '' },
  },
  {
    name: 'error lines: line n answers line n, whatever line n is',
    container: 'doubling',
    request: jsonLines,
    inputs: { 'in/a.jsonl': '{"n":1}\n\n{"n":\n{"n":4}\n{"n":5}' },
    outputs: {
      'a.jsonl.out':
        '{"double":2}\n' +
        '{"error":{"code":"EMPTY_RECORD","message":"expected a record, received a blank line","record":2}}\n' +
        '{"error":{"code":"INVALID_JSON","message":"the text ends at character 5, expected a value","record":3}}\n' +
        '{"double":8}\n{"double":10}\n',
    },
  },
  {
    name: 'a model that fails on one record: an error line, its neighbours are scored',
    container: 'own failure for bad',
    request: jsonLines,
    inputs: { 'in/a.jsonl': '"one"\n"bad"\n"three"\n' },
    outputs: {
      'a.jsonl.out':
        '"one"\n{"error":{"code":"MODEL_ERROR","message":"the model failed: bad word","record":2}}\n"three"\n',
    },
  },
  {
    name: 'a CSV row of batchline that fails: an error row',
    container: 'own echo',
    inputs: { 'in/a.csv': 'a,1\n"b"b,2\nc,3\n' },
    outputs: { 'a.csv.out': 'a,1\nERROR:INVALID_CSV\nc,3\n' },
  },
  {
    name: 'nothing but errors: the object is refused',
    container: 'doubling',
    request: jsonLines,
    inputs: { 'in/a.jsonl': 'not JSON\n'.repeat(30), 'in/b.jsonl': '{"n":1}\n' },
    status: 'Failed',
    reason: [clientError, 'a.jsonl: the container answered 400: TOO_MANY_ERRORS: 30 of 30 records failed'],
    outputs: { 'b.jsonl.out': '{"double":2}\n' },
  },
];
