import type { Scenario } from '../scenario.ts';

const jsonLines = { ContentType: 'application/jsonlines' } as const;
const document = { ContentType: 'application/json', SplitType: 'None', AssembleWith: 'None' } as const;
const failed = 'ClientError: See job logs for more information.';

export const processing: readonly Scenario[] = [
  {
    name: 'CSV, InputFilter: the model does not see the first column',
    container: 'sum',
    request: { DataProcessing: { InputFilter: '$[1:]' } },
    inputs: { 'in/a.csv': 'a7,1,2\nb8,3,4\n' },
    outputs: { 'a.csv.out': '3\n7\n' },
  },
  {
    name: 'CSV, JoinSource: the row as it was, then the prediction',
    container: 'sum',
    request: { DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' } },
    inputs: { 'in/a.csv': 'a7,1,2\nb8,3,4\n' },
    outputs: { 'a.csv.out': 'a7,1,2,3\nb8,3,4,7\n' },
  },
  {
    name: 'CSV, all three: the id and the prediction',
    container: 'sum',
    request: { DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' } },
    inputs: { 'in/a.csv': 'a7,1,2\nb8,3,4' },
    outputs: { 'a.csv.out': 'a7,3\nb8,7\n' },
  },
  {
    name: 'CSV, OutputFilter: a range ends before its end',
    container: 'echo',
    request: { DataProcessing: { OutputFilter: '$[1:3]' } },
    inputs: { 'in/a.csv': '1,2,3,4\n5,6,7,8\n' },
    outputs: { 'a.csv.out': '2,3\n6,7\n' },
  },
  {
    name: 'CSV, joined a row at a time: quotes stay as they are written, CRLF ends rows',
    container: 'sum',
    request: { BatchStrategy: 'SingleRecord', DataProcessing: { InputFilter: '$[1]', JoinSource: 'Input' } },
    inputs: { 'in/a.csv': '"a,b",1\r\n"c""d",2\r\n' },
    outputs: { 'a.csv.out': '"a,b",1,1\n"c""d",2,2\n' },
  },
  {
    name: 'CSV, joined: Latin-1 passes',
    container: 'sum',
    request: { DataProcessing: { InputFilter: '$[1]', JoinSource: 'Input' } },
    inputs: { 'in/a.csv': Buffer.from('636166e92c310a', 'hex') },
    outputs: { 'a.csv.out': Buffer.from('636166e92c312c310a', 'hex') },
  },
  {
    name: 'CSV, joined: fewer predictions than rows',
    container: 'loses the last line',
    request: { DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.csv': '1\n2\n3\n', 'in/b.csv': '' },
    status: 'Failed',
    reason: [failed, 'a.csv: Failed to join the output with the input', 'the mini-batch has, 3, received 2'],
    outputs: { 'b.csv.out': '' },
  },
  {
    name: 'JSON Lines, joined: more predictions than records',
    container: 'adds a line',
    request: { ...jsonLines, DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.jsonl': '{"n":1}\n{"n":2}\n' },
    status: 'Failed',
    reason: [failed, 'a.jsonl: Failed to join the output with the input', 'the mini-batch has, 2, received 3'],
    outputs: {},
  },
  {
    name: 'CSV, InputFilter: a bare quote is no CSV, and is found in its line',
    container: 'sum',
    request: { BatchStrategy: 'SingleRecord', DataProcessing: { InputFilter: '$[1]' } },
    inputs: { 'in/a.csv': 'a,1\nb,2\nc"c,3\n' },
    status: 'Failed',
    reason: [failed, 'a.csv: Failed to parse line 3 as CSV: bare " in non quoted field'],
    outputs: {},
  },
  {
    name: 'CSV, OutputFilter: an index out of range',
    container: 'echo',
    request: { DataProcessing: { OutputFilter: '$[2]' } },
    inputs: { 'in/a.csv': '1,2,3\n', 'in/b.csv': '1,2\n' },
    status: 'Failed',
    reason: [failed, 'b.csv: OutputFilter $[2] does not fit line 1: index 2 is not within the 2 columns of the row'],
    outputs: { 'a.csv.out': '3\n' },
  },
  {
    name: 'a path with another character than the service knows',
    container: 'echo',
    request: { ...jsonLines, DataProcessing: { OutputFilter: '$.SageMakerOutput.first_name' } },
    inputs: { 'in/a.jsonl': '{"n":1}\n' },
    status: 'Refused',
    reason: [
      'Invalid OutputFilter: "$.SageMakerOutput.first_name". Unexpected "_" in JsonPath. Supported operators for ',
    ],
    outputs: {},
  },
  {
    name: 'JSON Lines, joined: an object gains SageMakerOutput, keys sorted, compact',
    container: 'doubling',
    request: { ...jsonLines, DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.jsonl': '{"n": 1, "id": "a"}\n{"id": "b", "n": 2}\n' },
    outputs: {
      'a.jsonl.out':
        '{"SageMakerOutput":{"double":2},"id":"a","n":1}\n{"SageMakerOutput":{"double":4},"id":"b","n":2}\n',
    },
  },
  {
    name: 'JSON Lines, all three',
    container: 'doubling',
    request: {
      ...jsonLines,
      DataProcessing: {
        InputFilter: '$.features',
        JoinSource: 'Input',
        OutputFilter: "$['id','SageMakerOutput']",
      },
    },
    inputs: { 'in/a.jsonl': '{"id":"a","features":{"n":3}}\n{"id":"b","features":{"n":-0.5}}\n' },
    outputs: {
      'a.jsonl.out': '{"SageMakerOutput":{"double":6},"id":"a"}\n{"SageMakerOutput":{"double":-1},"id":"b"}\n',
    },
  },
  {
    name: 'JSON Lines, joined: what is no object becomes SageMakerInput',
    container: 'own echo',
    request: { ...jsonLines, DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.jsonl': '[1, 2]\n"text"\n' },
    outputs: {
      'a.jsonl.out':
        '{"SageMakerInput":[1,2],"SageMakerOutput":[1,2]}\n{"SageMakerInput":"text","SageMakerOutput":"text"}\n',
    },
  },
  {
    name: 'JSON Lines, joined: numbers and letters keep their spelling',
    container: 'echo',
    request: { ...jsonLines, DataProcessing: { InputFilter: '$.v', JoinSource: 'Input' } },
    inputs: { 'in/a.jsonl': '{"id":12345678901234567890,"v":1.0,"é":"\\u00e9"}\n' },
    outputs: { 'a.jsonl.out': '{"SageMakerOutput":1.0,"id":12345678901234567890,"v":1.0,"é":"\\u00e9"}\n' },
  },
  {
    name: 'JSON Lines, OutputFilter: without a join the path is of the prediction',
    container: 'doubling',
    request: { ...jsonLines, DataProcessing: { OutputFilter: '$.double' } },
    inputs: { 'in/a.jsonl': '{"n":1}\n{"n":2}\n' },
    outputs: { 'a.jsonl.out': '2\n4\n' },
  },
  {
    name: 'JSON Lines, joined: an error line is the SageMakerOutput of its record',
    container: 'own failure for bad',
    request: { ...jsonLines, DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.jsonl': '"good"\n"bad"\n"fine"\n' },
    outputs: {
      'a.jsonl.out':
        '{"SageMakerInput":"good","SageMakerOutput":"good"}\n' +
        '{"SageMakerInput":"bad","SageMakerOutput":{"error":{"code":"MODEL_ERROR","message":"the model failed: bad word","record":2}}}\n' +
        '{"SageMakerInput":"fine","SageMakerOutput":"fine"}\n',
    },
  },
  {
    name: 'JSON Lines, InputFilter: a line that is no JSON',
    container: 'echo',
    request: { ...jsonLines, DataProcessing: { InputFilter: '$.n' } },
    inputs: { 'in/a.jsonl': '{"n":1}\n{"n":\n' },
    status: 'Failed',
    reason: [failed, 'a.jsonl: Failed to parse line 2 as JSON'],
    outputs: {},
  },
  {
    name: 'JSON document, joined',
    container: 'echo',
    request: { ...document, DataProcessing: { JoinSource: 'Input' } },
    inputs: { 'in/a.json': '{\n  "b": [1, 2],\n  "a": 1\n}\n' },
    outputs: { 'a.json.out': '{"SageMakerOutput":{"b":[1,2],"a":1},"a":1,"b":[1,2]}' },
  },
  {
    name: 'JSON document, all three',
    container: 'echo',
    request: {
      ...document,
      DataProcessing: { InputFilter: '$.b', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" },
    },
    inputs: { 'in/a.json': '{"id": 7, "b": [1, 2]}' },
    outputs: { 'a.json.out': '{"SageMakerOutput":[1,2],"id":7}' },
  },
  {
    name: 'JSON document of instances, by batchline itself',
    container: 'doubling',
    request: document,
    inputs: { 'in/a.json': '{"instances": [{"n": 1}, {"n": 2}]}' },
    outputs: { 'a.json.out': '{"predictions":[{"double":2},{"double":4}]}\n' },
  },
];
