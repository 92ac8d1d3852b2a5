import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as requests from '../../src/sagemaker-api/requests.ts';

const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model/m';

test('what is known is kept, as it was sent', () => {
  const jobs = { StatusEquals: 'Failed', SortBy: 'Status', MaxResults: 100, CreationTimeAfter: 1.5, NextToken: 'x' };
  assert.deepEqual(requests.parseListTransformJobs({ ...jobs, Other: 1 }), jobs);
  assert.deepEqual(requests.parseListModels({}), {});
  assert.deepEqual(requests.parseDeleteTags({ ResourceArn: arn, TagKeys: ['a'] }), {
    ResourceArn: arn,
    TagKeys: ['a'],
  });
});

describe('refused', () => {
  const cases: [name: string, parse: () => unknown, message: RegExp][] = [
    ['no name of a job', () => requests.parseTransformJobName({}), /Value null at 'transformJobName' .*not be null$/],
    ['a bad name of a model', () => requests.parseModelName({ ModelName: 'ä' }), /Value 'ä' at 'modelName' .*pattern/],
    ['no results', () => requests.parseListModels({ MaxResults: 0 }), /'maxResults' .*greater than or equal to 1$/],
    ['many results', () => requests.parseListTransformJobs({ MaxResults: 101 }), /less than or equal to 100$/],
    ['an order', () => requests.parseListModels({ SortOrder: 'Up' }), /enum value set: \[Ascending, Descending\]$/],
    ['Status of models', () => requests.parseListModels({ SortBy: 'Status' }), /value set: \[Name, CreationTime\]$/],
    ['a date as text', () => requests.parseListModels({ CreationTimeAfter: '2026' }), /number of seconds since 1970$/],
    ['a part of a name', () => requests.parseListModels({ NameContains: 'a_b' }), /'nameContains' .*pattern/],
    ['few tags', () => requests.parseListTags({ ResourceArn: arn, MaxResults: 49 }), /greater than or equal to 50$/],
    [
      'no keys',
      () => requests.parseDeleteTags({ ResourceArn: arn, TagKeys: [] }),
      /length greater than or equal to 1$/,
    ],
    ['no ARN', () => requests.parseAddTags({ ResourceArn: 'm', Tags: [] }), /Value 'm' at 'resourceArn' .*pattern/],
  ];
  for (const [name, parse, message] of cases) {
    test(name, () => assert.throws(parse, { code: 'INVALID_REQUEST', message }));
  }
});
