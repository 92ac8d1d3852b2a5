import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { stopJob, type WatchOptions, watchJob } from '../../../src/sagemaker/watch/watch-job.ts';
import { parseCreateTransformJob } from '../../../src/sagemaker-api/parse-create-transform-job.ts';
import { type Json, jobRequest, type Local, modelRequest, startLocal } from '../../control-plane/local.ts';
import { type FaultyAws, startFaultyAws } from '../../peers/support/aws-faults.ts';
import { awsStep } from '../aws-step.ts';

interface Started {
  readonly local: Local;
  readonly aws: FaultyAws;
  readonly step: ReturnType<typeof awsStep>;
  watch(options?: Partial<WatchOptions>): ReturnType<typeof watchJob>;
}

/** A job of batchline local that runs until the test ends it, behind an address that goes wrong on demand. */
async function start(t: TestContext, request: Json = {}): Promise<Started> {
  const local = await startLocal(t);
  await local.ok('CreateModel', modelRequest('model-1'));
  await local.ok('CreateTransformJob', jobRequest('job-1', request));
  const aws = await startFaultyAws({ sagemaker: local.url, logs: local.url });
  t.after(() => aws.close());
  const step = awsStep(t, aws.url);
  return {
    local,
    aws,
    step,
    watch: (options) => watchJob({ ...step, name: 'job-1', pollMs: 5, logs: false, ...options }),
  };
}

/** Resolves at the n-th event of that name. */
function atEvent(step: Started['step'], event: string, n = 1): { tell: WatchOptions['tell']; reached: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const tell: WatchOptions['tell'] = (told) => {
    step.tell(told);
    if (told.event === event && ++count === n) resolve();
  };
  return { tell, reached: promise };
}

describe('a job is watched', () => {
  test('until it has completed', async (t) => {
    const { local, step, watch } = await start(t, { MaxPayloadInMB: 5, Environment: { EMPTY: '' } });
    const { tell, reached } = atEvent(step, 'progress', 2);
    const watching = watch({
      tell,
      costOf: ({ instanceType, instanceCount }) => (instanceType === 'ml.m5.xlarge' ? instanceCount * 1.5 : undefined),
    });
    await reached;
    local.runs.get('job-1')?.end('Completed');
    const { creationTime, startTime, endTime, request, ...ended } = await watching;
    assert.deepEqual(ended, {
      name: 'job-1',
      arn: 'arn:aws:sagemaker:us-east-1:000000000000:transform-job/job-1',
      status: 'Completed',
    });
    assert.ok(startTime && endTime && creationTime <= startTime && startTime <= endTime);
    assert.deepEqual(request, jobRequest('job-1', { MaxPayloadInMB: 5, Environment: { EMPTY: '' } }));
    assert.deepEqual(parseCreateTransformJob(request, { unknown: 'refuse' }), request);
    const progress = step.told.filter(({ event }) => event === 'progress');
    assert.match(progress[0]?.message ?? '', /^InProgress \d+ s · \$1\.50$/);
    const seconds = Math.round((endTime.getTime() - creationTime.getTime()) / 1000);
    assert.deepEqual(progress.at(-1)?.details, { status: 'Completed', seconds, cost: 1.5 });
    assert.deepEqual(step.told.at(-1), {
      event: 'ended',
      message: `job-1 Completed after ${seconds} s`,
      details: { name: 'job-1', status: 'Completed', seconds, cost: 1.5 },
    });
  });

  test('until it has failed, with its reason', async (t) => {
    const { local, step, watch } = await start(t);
    local.runs.get('job-1')?.end('Failed', 'ClientError: See job logs for more information');
    const ended = await watch();
    assert.deepEqual([ended.status, ended.failureReason], ['Failed', 'ClientError: See job logs for more information']);
    const told = step.told.at(-1)?.message ?? '';
    assert.match(told, /^job-1 Failed after \d+ s: ClientError: See job logs for more information$/);
  });

  test('until somebody else has stopped it', async (t) => {
    const { local, step, watch } = await start(t);
    const { tell, reached } = atEvent(step, 'progress');
    const watching = watch({ tell });
    await reached;
    await local.ok('StopTransformJob', { TransformJobName: 'job-1' });
    assert.equal((await watching).status, 'Stopped');
  });

  test('until the watcher goes: the job stays', async (t) => {
    const { local, step, watch } = await start(t);
    const { tell, reached } = atEvent(step, 'progress');
    const interrupted = new AbortController();
    const watching = watch({ tell, signal: interrupted.signal });
    await reached;
    const why = new Error('Ctrl-C');
    interrupted.abort(why);
    await assert.rejects(watching, why);
    assert.equal(await local.status('job-1'), 'InProgress');
  });

  test('until the watcher goes, though the service does not answer', async (t) => {
    const { aws, watch } = await start(t);
    aws.fault('DescribeTransformJob', { kind: 'slow', ms: 2000 });
    const why = new Error('Ctrl-C');
    const interrupted = new AbortController();
    const watching = watch({ signal: interrupted.signal });
    interrupted.abort(why);
    await assert.rejects(watching, why);
  });
});

describe('what goes wrong while watching', () => {
  test('throttling and failures of the service are outlasted, beyond the retries of the SDK', async (t) => {
    const { local, aws, step, watch } = await start(t);
    aws.fault('DescribeTransformJob', { kind: 'throttle', times: 5 });
    aws.fault('DescribeTransformJob', { kind: 'serverError', times: 20 });
    aws.fault('DescribeTransformJob', { kind: 'requestLost', times: 10 });
    local.runs.get('job-1')?.end('Completed');
    assert.equal((await watch()).status, 'Completed');
    const notes = step.told.filter(
      ({ event, message }) => event === 'note' && message.includes('DescribeTransformJob'),
    );
    assert.equal(notes.length, 1);
    assert.match(notes[0]?.message ?? '', /the job goes on, and so does the watching$/);
  });

  test('an outage that does not end ends the watching', async (t) => {
    const { aws, step, watch } = await start(t);
    aws.fault('DescribeTransformJob', { kind: 'serverError', times: Infinity, after: 1 });
    await assert.rejects(watch({ outageMs: 0 }), {
      code: 'JOB_FAILED',
      retryable: true,
      message:
        /^job-1: DescribeTransformJob failed: .*; the job goes on, it was InProgress at the last look: `batchline launch watch job-1` looks at it again$/,
    });
    assert.ok(step.told.every(({ event }) => event !== 'ended'));
  });

  test('credentials that expire: the job goes on', async (t) => {
    const { local, aws, watch } = await start(t);
    aws.fault('DescribeTransformJob', { kind: 'expiredToken', times: Infinity, after: 2 });
    await assert.rejects(watch(), {
      code: 'JOB_FAILED',
      message:
        /^job-1: the credentials have expired \(\w+\); the job goes on without them, it was InProgress at the last look\. Get new credentials, then `batchline launch watch job-1` looks at it again$/,
    });
    assert.equal(await local.status('job-1'), 'InProgress');
  });

  test('credentials that have expired before the first look', async (t) => {
    const { aws, watch } = await start(t);
    aws.fault('*', { kind: 'expiredToken', times: Infinity });
    await assert.rejects(watch(), { message: /the job goes on without them, whatever its state is\./ });
  });

  test('a job that there is not', async (t) => {
    const { watch } = await start(t);
    await assert.rejects(watch({ name: 'job-2' }), {
      code: 'INVALID_INPUT',
      message:
        'job-2: no such transform job in us-east-1 in this account (check the name, --region and --profile; `aws sagemaker list-transform-jobs --region us-east-1` lists those there are)',
    });
  });

  test('a name that no job can have is told in the words of the API', async (t) => {
    const { watch } = await start(t);
    await assert.rejects(watch({ name: 'job_2' }), { code: 'JOB_FAILED', message: /regular expression pattern/ });
  });

  test('logs that may not be read are told once, and the job is watched on', async (t) => {
    const { local, aws, step, watch } = await start(t);
    aws.fault('DescribeLogStreams', {
      kind: 'error',
      code: 'AccessDeniedException',
      message: 'no',
      times: Infinity,
      status: 400,
    });
    const { tell, reached } = atEvent(step, 'progress', 3);
    const watching = watch({ tell, logs: true });
    await reached;
    local.runs.get('job-1')?.end('Completed');
    assert.equal((await watching).status, 'Completed');
    const notes = step.told.filter(({ message }) => message.startsWith("the job's logs cannot be read"));
    assert.equal(notes.length, 1);
    assert.match(notes[0]?.message ?? '', /allow logs:DescribeLogStreams/);
    assert.equal(aws.requests.filter(({ operation }) => operation === 'DescribeLogStreams').length, 1);
  });
});

describe('stopping', () => {
  test('a job that runs', async (t) => {
    const { local, step } = await start(t);
    await stopJob({ ...step, name: 'job-1' });
    await local.until('job-1', 'Stopped');
    assert.deepEqual(step.told, [
      { event: 'note', message: 'job-1 is being stopped; outputs of a stopped job are not kept' },
    ]);
  });

  test('one that has ended is fine', async (t) => {
    const { local, step } = await start(t);
    local.runs.get('job-1')?.end('Completed');
    await local.until('job-1', 'Completed');
    await stopJob({ ...step, name: 'job-1' });
    assert.deepEqual(step.told, [{ event: 'note', message: 'job-1 has ended already: Completed' }]);
  });

  test('one that there is not', async (t) => {
    const { step } = await start(t);
    await assert.rejects(stopJob({ ...step, name: 'job-2' }), {
      code: 'INVALID_INPUT',
      message: /no such transform job/,
    });
  });

  test('one that may not be stopped', async (t) => {
    const { aws, step } = await start(t);
    aws.fault('StopTransformJob', { kind: 'error', code: 'AccessDeniedException', message: 'no' });
    await assert.rejects(stopJob({ ...step, name: 'job-1' }), { message: /allow sagemaker:StopTransformJob/ });
  });
});
