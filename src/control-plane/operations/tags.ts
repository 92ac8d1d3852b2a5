import * as requests from '../../sagemaker-api/requests.ts';
import { ApiError, validationException } from '../api-error.ts';
import type { Models } from '../models.ts';
import { type Account, arnOf } from '../resource-names.ts';
import type { TransformJobs } from '../transform-jobs.ts';
import type { Operations } from './operation.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Something with tags. */
interface Tagged {
  readonly tags: readonly Tag[];
  replace(tags: Tag[]): void;
}

export interface TagOptions {
  readonly models: Models;
  readonly jobs: TransformJobs;
  readonly account: Account;
}

const mostTags = 50;

export function tagOperations(options: TagOptions): Operations {
  return {
    AddTags(body) {
      const { ResourceArn: arn, Tags: added } = requests.parseAddTags(body);
      const resource = find(options, arn);
      const tags = [...new Map([...resource.tags, ...added].map((tag) => [tag.Key, tag])).values()];
      if (tags.length > mostTags) {
        throw new ApiError('ResourceLimitExceeded', `${arn} would have ${tags.length} tags; ${mostTags} are the most`);
      }
      resource.replace(tags);
      return { Tags: tags };
    },
    ListTags: (body) => ({ Tags: find(options, requests.parseListTags(body).ResourceArn).tags }),
    DeleteTags(body) {
      const { ResourceArn: arn, TagKeys: keys } = requests.parseDeleteTags(body);
      const resource = find(options, arn);
      resource.replace(resource.tags.filter(({ Key: key }) => !keys.includes(key)));
      return {};
    },
  };
}

function find({ models, jobs, account }: TagOptions, arn: string): Tagged {
  const name = arn.slice(arn.indexOf('/') + 1);
  if (arn === arnOf(account, 'model', name)) {
    const { request } = models.get(name);
    return { tags: request.Tags ?? [], replace: (Tags) => models.replaceRequest({ ...request, Tags }) };
  }
  if (arn === arnOf(account, 'transform-job', name)) {
    const { request } = jobs.get(name);
    return { tags: request.Tags ?? [], replace: (Tags) => jobs.replaceRequest({ ...request, Tags }) };
  }
  throw validationException(`Could not find resource "${arn}": batchline local has models and transform jobs`);
}
