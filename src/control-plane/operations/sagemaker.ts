import { type CreateModelRequest, parseCreateModel } from '../../sagemaker-api/create-model.ts';
import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import { type Page, pageOf } from '../../sagemaker-api/paging.ts';
import { parseCreateTransformJob } from '../../sagemaker-api/parse-create-transform-job.ts';
import * as requests from '../../sagemaker-api/requests.ts';
import type { TransformRunOptions } from '../../transform/transform-run.ts';
import { validationException } from '../api-error.ts';
import type { Models } from '../models.ts';
import { type Account, arnOf } from '../resource-names.ts';
import type { StoredJob, StoredModel } from '../state/stored.ts';
import type { TransformJobs } from '../transform-jobs.ts';
import { describeJob, describeModel, seconds, summariseJob } from './describe.ts';
import type { Operations } from './operation.ts';
import { tagOperations } from './tags.ts';

export interface SageMakerOptions {
  readonly models: Models;
  readonly jobs: TransformJobs;
  readonly account: Account;
  /** Whether requests may name files instead of S3 objects. */
  readonly allowFiles: boolean;
  readonly openStore: TransformRunOptions['openStore'];
}

/** Clients give up after a minute. */
const headTimeoutMs = 50_000;

/** SageMaker's operations for models and transform jobs. */
export function sageMakerOperations(options: SageMakerOptions): Operations {
  return { ...modelOperations(options), ...jobOperations(options), ...tagOperations(options) };
}

function modelOperations({ models, account, allowFiles, openStore }: SageMakerOptions): Operations {
  const arn = ({ ModelName: name }: CreateModelRequest) => arnOf(account, 'model', name);
  return {
    async CreateModel(body) {
      const request = parseCreateModel(body, { allowFiles });
      await checkArchives(request, openStore);
      return { ModelArn: arn(models.create(request).request) };
    },
    DescribeModel: (body) => describeModel(models.get(requests.parseModelName(body).ModelName), account),
    ListModels(body) {
      const request = requests.parseListModels(body);
      const found = models.all().filter((model) => isAsked(model, model.request.ModelName, request));
      const keyOf = ({ request: { ModelName: name }, creationTime }: StoredModel) =>
        [request.SortBy === 'Name' ? '' : creationTime, name] as const;
      return listed('Models', pageOf(found, keyOf, request), ({ request: model, creationTime }) => ({
        ModelName: model.ModelName,
        ModelArn: arn(model),
        CreationTime: seconds(creationTime),
      }));
    },
    DeleteModel(body) {
      models.delete(requests.parseModelName(body).ModelName);
    },
  };
}

/** The service looks whether there is an archive before it makes a model. */
async function checkArchives(request: CreateModelRequest, openStore: SageMakerOptions['openStore']): Promise<void> {
  for (const { ModelDataUrl: url } of request.Containers ?? [request.PrimaryContainer ?? {}]) {
    if (!url?.startsWith('s3://')) continue;
    const { store, key } = openStore(url);
    const found = await store.head(key, AbortSignal.timeout(headTimeoutMs));
    if (!found) throw validationException(`Could not find model data at ${url}.`);
  }
}

function jobOperations({ jobs, account, allowFiles }: SageMakerOptions): Operations {
  const arn = ({ TransformJobName: name }: CreateTransformJobRequest) => arnOf(account, 'transform-job', name);
  return {
    async CreateTransformJob(body) {
      const { request } = await jobs.create(parseCreateTransformJob(body, { allowFiles }));
      return { TransformJobArn: arn(request) };
    },
    DescribeTransformJob: (body) =>
      describeJob(jobs.get(requests.parseTransformJobName(body).TransformJobName), account),
    ListTransformJobs(body) {
      const request = requests.parseListTransformJobs(body);
      const { StatusEquals: status, LastModifiedTimeAfter: after, LastModifiedTimeBefore: before } = request;
      const found = jobs
        .all()
        .filter((job) => isAsked(job, job.request.TransformJobName, request))
        .filter(
          (job) => (status === undefined || job.status === status) && isWithin(job.lastModifiedTime, after, before),
        );
      const keyOf = ({ request: { TransformJobName: name }, creationTime, status: state }: StoredJob) =>
        [request.SortBy === 'Name' ? '' : request.SortBy === 'Status' ? state : creationTime, name] as const;
      return listed('TransformJobSummaries', pageOf(found, keyOf, request), (job) => summariseJob(job, account));
    },
    StopTransformJob(body) {
      jobs.stop(requests.parseTransformJobName(body).TransformJobName);
    },
  };
}

interface Filters {
  readonly NameContains?: string;
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
}

function isAsked({ creationTime }: { creationTime: number }, name: string, filters: Filters): boolean {
  const { NameContains: part = '', CreationTimeAfter: after, CreationTimeBefore: before } = filters;
  return name.includes(part) && isWithin(creationTime, after, before);
}

/** @param time in milliseconds, the bounds in seconds */
function isWithin(time: number, after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY): boolean {
  return seconds(time) > after && seconds(time) < before;
}

function listed<T>(member: string, { items, nextToken }: Page<T>, summary: (item: T) => object): object {
  return { [member]: items.map(summary), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
}
