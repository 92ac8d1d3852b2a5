import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TransformRunOptions } from '../../src/transform/transform-run.ts';
import { jobRequest, type Local, modelRequest, startLocal } from './local.ts';

const group = '/aws/sagemaker/TransformJobs';

function observer(local: Local, job: string): NonNullable<TransformRunOptions['observer']> {
  const { observer: listener } = local.runs.get(job)?.options ?? {};
  assert.ok(listener);
  return listener;
}

const logs = (local: Local, operation: string, body: object) => local.ok(operation, body, 'Logs_20140328');

describe('tags', () => {
  test('of models and jobs are added, replaced, listed and deleted', async (t) => {
    const local = await startLocal(t);
    const { ModelArn: model } = await local.ok('CreateModel', {
      ...modelRequest('model-1'),
      Tags: [{ Key: 'a', Value: '1' }],
    });
    const { TransformJobArn: job } = await local.ok('CreateTransformJob', jobRequest('Job-1'));
    for (const [arn, first] of [[model, [{ Key: 'a', Value: '1' }]] as const, [job, []] as const]) {
      assert.deepEqual(await local.ok('ListTags', { ResourceArn: arn }), { Tags: first });
      const Tags = [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ];
      assert.deepEqual(await local.ok('AddTags', { ResourceArn: arn, Tags }), { Tags });
      assert.deepEqual(await local.ok('DeleteTags', { ResourceArn: arn, TagKeys: ['a', 'x'] }), {});
      assert.deepEqual(await local.ok('ListTags', { ResourceArn: arn }), { Tags: [{ Key: 'b', Value: '' }] });
    }
    const described = await local.ok('DescribeTransformJob', { TransformJobName: 'Job-1' });
    assert.equal(described['Tags'], undefined);
  });

  test('are refused for what there is not, and beyond fifty', async (t) => {
    const local = await startLocal(t);
    const { ModelArn: arn } = await local.ok('CreateModel', modelRequest('model-1'));
    const tags = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({ Key: `k${from + i}`, Value: '' }));
    await local.ok('AddTags', { ResourceArn: arn, Tags: tags(0, 50) });
    assert.match(
      await local.error('AddTags', { ResourceArn: arn, Tags: tags(49, 51) }),
      /^ResourceLimitExceeded.* 51 /,
    );
    for (const other of ['model/none', 'endpoint/e', 'transform-job/none']) {
      const ResourceArn = `arn:aws:sagemaker:us-east-1:000000000000:${other}`;
      assert.match(await local.error('ListTags', { ResourceArn }), /^ValidationException: Could not find /, other);
    }
  });
});

describe('logs', () => {
  test('of a job are in streams of its instances', async (t) => {
    const local = await startLocal(t);
    const nothing = await local.error('DescribeLogStreams', { logGroupName: group }, 'Logs_20140328');
    assert.equal(nothing, 'ResourceNotFoundException: The specified log group does not exist.');
    await local.ok('CreateModel', modelRequest('model-1'));
    for (const name of ['job-1', 'job-10']) await local.ok('CreateTransformJob', jobRequest(name));
    const job = observer(local, 'job-1');
    job.onDataLog?.(0, '[sagemaker logs]: MaxConcurrentTransforms=1');
    job.onContainerLog?.(0, 'container-1', 'listening');
    job.onContainerLog?.(1, 'container-1', 'listening too');
    local.runs.get('job-10')?.options.onNote('something to know');

    const described = await logs(local, 'DescribeLogStreams', { logGroupName: group, logStreamNamePrefix: 'job-1/' });
    const streams = described['logStreams'] as { logStreamName: string; storedBytes: number }[];
    const names = streams.map(({ logStreamName }) => logStreamName);
    assert.equal(names.filter((name) => /^job-1\/i-[0-9a-f]{17}-\d{10}$/.test(name)).length, 2);
    assert.equal(names.filter((name) => /^job-1\/i-[0-9a-f]{17}-\d{10}\/data-log$/.test(name)).length, 1);
    assert.deepEqual(names, names.toSorted());
    const dataLog = names.find((name) => name.endsWith('/data-log'));
    const got = await logs(local, 'GetLogEvents', { logGroupName: group, logStreamName: dataLog });
    const [event] = got['events'] as { timestamp: number; message: string; ingestionTime: number }[];
    assert.match(
      event?.message ?? '',
      /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}:\[sagemaker logs\]: MaxConcurrentTransforms=1$/,
    );
    assert.ok(Math.abs(Date.now() - (event?.timestamp ?? 0)) < 60_000 && event?.ingestionTime === event?.timestamp);

    const all = await logs(local, 'DescribeLogStreams', { logGroupName: group, orderBy: 'LastEventTime', limit: 3 });
    assert.equal((all['logStreams'] as unknown[]).length, 3);
    const more = await logs(local, 'DescribeLogStreams', {
      logGroupName: group,
      nextToken: all['nextToken'],
      limit: 3,
    });
    assert.equal((more['logStreams'] as unknown[]).length, 1);
    assert.equal(more['nextToken'], undefined);
    const found = await logs(local, 'FilterLogEvents', { logGroupName: group, filterPattern: 'listening' });
    assert.equal((found['events'] as unknown[]).length, 2);
    const groups = await logs(local, 'DescribeLogGroups', { logGroupNamePrefix: '/aws' });
    assert.deepEqual(groups, { logGroups: [{ logGroupName: group, metricFilterCount: 0 }] });
    assert.deepEqual(await logs(local, 'DescribeLogGroups', { logGroupNamePrefix: '/ecs' }), { logGroups: [] });
  });

  test('of a pipeline have a stream for each container', async (t) => {
    const local = await startLocal(t);
    const Containers = [{ Image: 'a' }, { Image: 'b', ContainerHostname: 'second' }];
    await local.ok('CreateModel', { ModelName: 'model-1', Containers });
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    const job = observer(local, 'job-1');
    job.onContainerLog?.(0, 'container-1', 'a');
    job.onContainerLog?.(0, 'second', 'b');
    const { logStreams } = await logs(local, 'DescribeLogStreams', { logGroupName: group });
    const ends = (logStreams as { logStreamName: string }[]).map(({ logStreamName: name }) => name.split('/')[2]);
    assert.deepEqual(ends, ['container-1', 'second']);
  });

  test('are read from the head or the tail, page by page', async (t) => {
    const local = await startLocal(t);
    await local.ok('CreateModel', modelRequest('model-1'));
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    const job = observer(local, 'job-1');
    for (let i = 0; i < 5; i++) job.onContainerLog?.(0, 'container-1', `line ${i}`);
    const described = await logs(local, 'DescribeLogStreams', { logGroupName: group });
    const [stream] = described['logStreams'] as { logStreamName: string }[];
    const page = async (more: object) => {
      const asked = { logGroupName: group, logStreamName: stream?.logStreamName, ...more };
      const { events, nextForwardToken, nextBackwardToken } = await logs(local, 'GetLogEvents', asked);
      const text = (events as { message: string }[]).map(({ message }) => message.at(-1)).join('');
      return { text, forward: nextForwardToken, backward: nextBackwardToken };
    };
    const head = await page({ startFromHead: true, limit: 2 });
    assert.equal(head.text, '01');
    const next = await page({ nextToken: head.forward, limit: 2 });
    assert.equal(next.text, '23');
    const last = await page({ nextToken: next.forward, limit: 2 });
    assert.equal(last.text, '4');
    const none = await page({ nextToken: last.forward });
    assert.deepEqual([none.text, none.forward], ['', last.forward], 'the same token: there is no more');
    job.onContainerLog?.(0, 'container-1', 'line 5');
    assert.equal((await page({ nextToken: none.forward })).text, '5');

    const tail = await page({ limit: 2 });
    assert.equal(tail.text, '45');
    const before = await page({ nextToken: tail.backward, limit: 3 });
    assert.equal(before.text, '123');
    assert.equal((await page({ nextToken: before.backward })).text, '0');
    assert.equal((await page({ startTime: Date.now() + 60_000, startFromHead: true })).text, '');
    assert.equal((await page({ endTime: Date.now() + 60_000 })).text, '012345');
  });

  test('are refused in the service’s words', async (t) => {
    const local = await startLocal(t);
    await local.ok('CreateModel', modelRequest('model-1'));
    await local.ok('CreateTransformJob', jobRequest('job-1'));
    observer(local, 'job-1').onDataLog?.(0, 'x');
    const cases: [operation: string, body: object, error: RegExp][] = [
      ['GetLogEvents', { logGroupName: group, logStreamName: 'job-1/none' }, /^ResourceNotFound.* log stream does not/],
      ['GetLogEvents', { logGroupName: '/other', logStreamName: 'x' }, /^ResourceNotFoundException: .* log group does/],
      ['GetLogEvents', { logGroupName: group, logStreamName: '../jobs/job-1' }, /^ResourceNotFoundException/],
      ['GetLogEvents', { logGroupName: group }, /^InvalidParameterException: .*'logStreamName' .*must not be null/],
      ['DescribeLogStreams', { logGroupName: group, nextToken: 'x' }, /^InvalidParameterException: .*nextToken/],
      ['DescribeLogStreams', { logGroupName: group, limit: 51 }, /^InvalidParameterException: .*equal to 50/],
      [
        'DescribeLogStreams',
        { logGroupName: group, logStreamNamePrefix: 'j', orderBy: 'LastEventTime' },
        /^InvalidParameterException: Cannot order by LastEventTime/,
      ],
      ['FilterLogEvents', { logGroupName: group, filterPattern: '{ $.a = 1 }' }, /^InvalidParameter.*plain terms only/],
    ];
    for (const [operation, body, error] of cases) {
      assert.match(await local.error(operation, body, 'Logs_20140328'), error);
    }
  });
});
