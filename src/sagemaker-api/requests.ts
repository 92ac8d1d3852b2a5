import type { z } from 'zod';
import { choice, integer, list, optional, structure, text, time } from './constraints.ts';
import { entityName, modelName, tagKey, tagList } from './members.ts';
import { parseRequest } from './parse-request.ts';

// The small requests of the operations that batchline local answers. Source: botocore, sagemaker/2017-07-24.

export const parseModelName = request({ ModelName: modelName });
export const parseTransformJobName = request({ TransformJobName: entityName });

const resourceArn = text({ max: 256, pattern: 'arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+' });
export const parseAddTags = request({ ResourceArn: resourceArn, Tags: tagList('ignore') });
export const parseListTags = request({ ResourceArn: resourceArn, MaxResults: optional(integer({ min: 50 })) });
export const parseDeleteTags = request({ ResourceArn: resourceArn, TagKeys: list(tagKey, { min: 1, max: 50 }) });

const page = {
  NextToken: optional(text({ max: 8192, pattern: '.*' })),
  MaxResults: optional(integer({ min: 1, max: 100 })),
  SortOrder: optional(choice(['Ascending', 'Descending'])),
  NameContains: optional(text({ max: 63, pattern: '[a-zA-Z0-9\\-]+' })),
  CreationTimeAfter: optional(time()),
  CreationTimeBefore: optional(time()),
};

export const parseListModels = request({ ...page, SortBy: optional(choice(['Name', 'CreationTime'])) });

export const parseListTransformJobs = request({
  ...page,
  SortBy: optional(choice(['Name', 'CreationTime', 'Status'])),
  StatusEquals: optional(choice(['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'])),
  LastModifiedTimeAfter: optional(time()),
  LastModifiedTimeBefore: optional(time()),
});

function request<T extends z.ZodRawShape>(members: T) {
  const schema = structure(members, 'ignore');
  return (value: unknown) => parseRequest(schema, value);
}
