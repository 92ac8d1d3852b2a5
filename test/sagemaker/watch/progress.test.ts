import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DescribedJob } from '../../../src/sagemaker/watch/describe-job.ts';
import { costSoFar, duration, progressEvent } from '../../../src/sagemaker/watch/progress.ts';
import { jobRequest } from '../../control-plane/local.ts';

const request = jobRequest('job-1') as unknown as DescribedJob['request'];
const time = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const job: DescribedJob = {
  name: 'job-1',
  arn: '',
  status: 'InProgress',
  request,
  creationTime: time(0),
  startTime: time(60),
  endTime: time(192),
};

test('all that is known is one line for people, and members for programs', () => {
  const counted = { records: 1_234_567, errors: 17, requests: 9, recordsPerSecond: 8123.4 };
  const { message, details } = progressEvent({ job, objects: { objects: 12, objectsDone: 4 }, counted, cost: 0.0234 });
  assert.equal(message, 'InProgress 3 min 12 s · 4/12 objects · 1,234,567 records, 17 errors, 8,123 records/s · $0.02');
  assert.deepEqual(details, {
    status: 'InProgress',
    seconds: 192,
    objects: 12,
    objectsDone: 4,
    ...counted,
    cost: 0.0234,
  });
});

test('what is not known is left out', () => {
  const { message, details } = progressEvent({ job, objects: undefined, counted: undefined, cost: undefined });
  assert.deepEqual([message, details], ['InProgress 3 min 12 s', { status: 'InProgress', seconds: 192 }]);
});

test('costs less than a cent are shown', () => {
  const { message } = progressEvent({ job, objects: undefined, counted: undefined, cost: 0.0012 });
  assert.match(message, / · \$0\.0012$/);
});

test('a clock behind the service’s makes no negative times', () => {
  const early = { ...job, creationTime: time(500) };
  assert.match(progressEvent({ job: early, objects: undefined, counted: undefined, cost: undefined }).message, / 0 s$/);
});

test('durations', () => {
  assert.deepEqual([0, 59, 60, 3599, 3600, 90_061].map(duration), [
    '0 s',
    '59 s',
    '1 min 0 s',
    '59 min 59 s',
    '1 h 0 min',
    '25 h 1 min',
  ]);
});

test('costs are those of the instances from their start to their end', () => {
  const asked: unknown[] = [];
  const costOf = (use: object) => {
    asked.push(use);
    return 7;
  };
  assert.equal(costSoFar(job, costOf), 7);
  assert.deepEqual(asked, [
    { instanceType: 'ml.m5.xlarge', instanceCount: 1, startTime: time(60), endTime: time(192) },
  ]);
  const { startTime: _, ...waiting } = job;
  assert.deepEqual([costSoFar(waiting, costOf), costSoFar(job, undefined)], [undefined, undefined]);
});
