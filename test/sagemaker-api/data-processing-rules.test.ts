import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CreateTransformJobRequest, DataProcessing } from '../../src/sagemaker-api/create-transform-job.ts';
import { checkDataProcessing } from '../../src/sagemaker-api/data-processing-rules.ts';

interface Given extends DataProcessing {
  readonly type?: string;
  readonly accept?: string;
  readonly split?: 'Line' | 'None';
  readonly assemble?: 'Line' | 'None';
}

function request({ type, accept, split, assemble, ...processing }: Given): CreateTransformJobRequest {
  return {
    TransformJobName: 'job',
    ModelName: 'model',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } },
      ...(type === undefined ? {} : { ContentType: type }),
      ...(split === undefined ? {} : { SplitType: split }),
    },
    TransformOutput: {
      S3OutputPath: 's3://b/out',
      ...(accept === undefined ? {} : { Accept: accept }),
      ...(assemble === undefined ? {} : { AssembleWith: assemble }),
    },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    DataProcessing: processing,
  };
}

const csv = { type: 'text/csv', accept: 'text/csv', split: 'Line', assemble: 'Line' } as const;
const lines = {
  type: 'application/jsonlines',
  accept: 'application/jsonlines',
  split: 'Line',
  assemble: 'Line',
} as const;
const json = { type: 'application/json', accept: 'application/json' } as const;

describe('accepted', () => {
  const cases: [name: string, given: Given][] = [
    [
      'no processing at all, of any type',
      { type: 'image/png', InputFilter: '$', OutputFilter: '$', JoinSource: 'None' },
    ],
    ['CSV', { ...csv, InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' }],
    ['CSV with a parameter', { ...csv, type: 'Text/CSV; charset=utf-8', JoinSource: 'Input' }],
    ['JSON Lines', { ...lines, OutputFilter: "$['id','SageMakerOutput']" }],
    ['JSON documents', { ...json, JoinSource: 'Input' }],
    ['an input filter alone, without Accept', { type: 'application/json', InputFilter: '$.features' }],
  ];
  for (const [name, given] of cases) test(name, () => checkDataProcessing(request(given)));
});

describe('refused', () => {
  const cases: [name: string, given: Given, message: RegExp][] = [
    [
      'an underscore',
      { ...lines, OutputFilter: '$.account_id' },
      /^Invalid OutputFilter: "\$\.account_id"\. Unexpected "_" /,
    ],
    [
      'a filter expression',
      { ...json, InputFilter: '$[?(@.a)]' },
      /^Invalid InputFilter: .* Unexpected "\?" in JsonPath/,
    ],
    ['a letter beyond ASCII', { ...json, InputFilter: '$.größe' }, /Unexpected "ö"/],
    ['no type', { InputFilter: '$.a' }, /needs ContentType to be one of text\/csv, .*; received none$/],
    ['another type', { type: 'text/plain', InputFilter: '$.a' }, /received "text\/plain"$/],
    ['a join without Accept', { ...json, accept: '', JoinSource: 'Input' }, /needs Accept to be one of/],
    [
      'two types',
      { ...csv, accept: 'application/json', JoinSource: 'Input' },
      /"text\/csv", received "application\/json"$/,
    ],
    ['CSV that is not split', { ...csv, split: 'None', JoinSource: 'Input' }, /Line; received None and Line$/],
    ['CSV assembled anyhow', { type: 'text/csv', split: 'Line', InputFilter: '$[0]' }, /Line; received Line and None$/],
  ];
  for (const [name, given, message] of cases) {
    test(name, () => assert.throws(() => checkDataProcessing(request(given)), { code: 'INVALID_REQUEST', message }));
  }

  test('in the words of the service', () => {
    assert.throws(() => checkDataProcessing(request({ ...lines, OutputFilter: "$['account_id','SageMakerOutput']" })), {
      message: `Invalid OutputFilter: "$['account_id','SageMakerOutput']". Unexpected "_" in JsonPath. Supported operators for "application/jsonlines" are ['$', '[', ']', '*', '.', ' ', ',', ':', '-', ''']`,
    });
  });
});
