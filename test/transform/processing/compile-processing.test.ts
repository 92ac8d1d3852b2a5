import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import type { DataProcessing } from '../../../src/sagemaker-api/create-transform-job.ts';
import { compileProcessing, type ProcessingOptions } from '../../../src/transform/processing/compile-processing.ts';
import { assumptions } from './compile.ts';

const csv: ProcessingOptions = {
  contentType: 'text/csv',
  accept: 'text/csv',
  splitType: 'Line',
  assembleWith: 'Line',
  assumptions,
};

describe('nothing is to be done', () => {
  const cases: DataProcessing[] = [{}, { InputFilter: '$', JoinSource: 'None', OutputFilter: '$' }];
  for (const config of cases) {
    test(JSON.stringify(config), () => {
      assert.equal(compileProcessing(config, { ...csv, contentType: undefined, accept: 'image/png' }), undefined);
    });
  }
});

describe('something is', () => {
  const cases: [name: string, changed: Partial<ProcessingOptions>][] = [
    ['CSV', {}],
    ['CSV with parameters', { contentType: 'Text/CSV; charset=utf-8' }],
    ['without Accept', { accept: undefined }],
    ['JSON lines', { contentType: 'application/jsonlines', accept: 'application/jsonlines' }],
    [
      'JSON lines, unsplit',
      { contentType: 'application/jsonlines', accept: undefined, splitType: undefined, assembleWith: undefined },
    ],
    ['JSON by lines', { contentType: 'application/json', accept: 'application/json' }],
    ['a JSON document', { contentType: 'application/json', accept: 'application/json', splitType: 'None' }],
  ];
  for (const [name, changed] of cases) {
    test(name, () => assert.ok(compileProcessing({ JoinSource: 'Input' }, { ...csv, ...changed })));
  }
});

describe('what cannot work', () => {
  const cases: [name: string, config: DataProcessing, changed: Partial<ProcessingOptions>, message: string][] = [
    [
      'no ContentType',
      { JoinSource: 'Input' },
      { contentType: undefined },
      'DataProcessing needs a ContentType of text/csv, application/json, application/jsonlines, received none',
    ],
    [
      'another ContentType',
      { JoinSource: 'Input' },
      { contentType: 'application/x-recordio-protobuf' },
      'DataProcessing needs a ContentType of text/csv, application/json, application/jsonlines, received application/x-recordio-protobuf',
    ],
    [
      'another Accept',
      { JoinSource: 'Input' },
      { accept: 'application/jsonlines' },
      'DataProcessing needs an Accept that equals the ContentType, text/csv, received application/jsonlines',
    ],
    [
      'CSV that is not split',
      { InputFilter: '$[1:]' },
      { splitType: 'None' },
      'DataProcessing of text/csv needs SplitType Line and AssembleWith Line, received SplitType None and AssembleWith Line',
    ],
    [
      'CSV that is not assembled',
      { OutputFilter: '$[1:]' },
      { assembleWith: undefined },
      'DataProcessing of text/csv needs SplitType Line and AssembleWith Line, received SplitType Line and AssembleWith None',
    ],
    [
      'JSON in RecordIO',
      { JoinSource: 'Input' },
      { contentType: 'application/jsonlines', accept: undefined, splitType: 'RecordIO' },
      'DataProcessing of application/jsonlines needs SplitType Line or None, received RecordIO',
    ],
    [
      'a name in a CSV path',
      { OutputFilter: '$.id' },
      {},
      'Invalid JsonPath: $.id: only index based paths, such as $[0] or $[1:], can be applied to text/csv',
    ],
    [
      'a CSV path of two steps',
      { InputFilter: '$[0][1]' },
      {},
      'Invalid JsonPath: $[0][1]: only index based paths, such as $[0] or $[1:], can be applied to text/csv',
    ],
    [
      'a malformed path',
      { InputFilter: '[1:]' },
      {},
      'Invalid JsonPath: [1:]: expected $ at character 1, received "[1:]"',
    ],
  ];
  for (const [name, config, changed, message] of cases) {
    test(name, () => {
      assert.throws(
        () => compileProcessing(config, { ...csv, ...changed }),
        (error) => {
          assert.ok(error instanceof BatchlineError);
          assert.deepEqual([error.code, error.message], ['JOB_FAILED', message]);
          return true;
        },
      );
    });
  }
});
