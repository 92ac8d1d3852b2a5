import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { explainFailure, explanationText } from '../../../src/sagemaker/watch/explain-failure.ts';
import { LogFollower } from '../../../src/sagemaker/watch/follow-logs.ts';
import type { EndedJob } from '../../../src/sagemaker/watch/watch-job.ts';
import { JobLogs } from '../../../src/sagemaker/watch/watch-logs.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { jobRequest } from '../../control-plane/local.ts';
import { awsStep } from '../aws-step.ts';
import { type StubLogs, stubLogs } from './stub-logs.ts';

const second = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString();

function scored(at: number, records: number, errors = 0, status = 200): string {
  const base = { level: 30, time: second(at), path: '/invocations', status, records, errors, ms: 500 };
  return JSON.stringify({ ...base, msg: status === 200 ? 'scored' : 'refused' });
}

const listening = JSON.stringify({ level: 30, time: second(0), port: 8080, msg: 'listening' });

async function follower(t: TestContext, options: { linesAPage?: number; emptyPages?: boolean } = {}) {
  const logs = await stubLogs(t, options);
  const lines: string[] = [];
  const onLine = ({ name }: { name: string }, { message }: { message: string }) => lines.push(`${name}: ${message}`);
  const follow = new LogFollower({ job: 'job', wants: ({ isDataLog }) => !isDataLog, onLine }, awsStep(t, logs.url));
  return { logs, lines, follow };
}

describe('following', () => {
  for (const emptyPages of [false, true]) {
    test(`each line once, page by page${emptyPages ? ', over empty pages' : ''}`, async (t) => {
      const { logs, lines, follow } = await follower(t, { emptyPages });
      assert.deepEqual(await follow.look(30), { lines: 0, isBehind: false });
      const all = Array.from({ length: 8 }, (_, index) => `line ${index}`);
      logs.streams
        .set('job/i-1-1', all.slice(0, 5))
        .set('job/i-1-1/data-log', ['not wanted'])
        .set('job-2/i-1-1', ['other']);
      assert.deepEqual(await follow.look(30), { lines: 5, isBehind: false });
      logs.streams.get('job/i-1-1')?.push(...all.slice(5));
      assert.deepEqual(await follow.look(30), { lines: 3, isBehind: false });
      assert.deepEqual(await follow.look(30), { lines: 0, isBehind: false });
      assert.deepEqual(
        lines,
        all.map((line) => `job/i-1-1: ${line}`),
      );
    });
  }

  test('a hundred instances in turn, with so many calls a look', async (t) => {
    const { logs, lines, follow } = await follower(t);
    const names = Array.from({ length: 100 }, (_, index) => `job/i-${String(index).padStart(3, '0')}-1`);
    for (const name of names) logs.streams.set(name, ['1', '2', '3', '4']).set(`${name}/data-log`, ['x']);
    for (let looks = 0; lines.length < 400 && looks < 20; looks++) {
      const before = logs.asked.length;
      await follow.look(30);
      const calls = logs.asked.slice(before);
      assert.equal(calls.filter((call) => call === 'DescribeLogStreams').length, 4);
      assert.equal(calls.filter((call) => call === 'GetLogEvents').length, 30);
    }
    assert.deepEqual(await follow.look(follow.streams), { lines: 0, isBehind: false });
    assert.deepEqual(
      new Set(lines),
      new Set(names.flatMap((name) => ['1', '2', '3', '4'].map((line) => `${name}: ${line}`))),
    );
    assert.equal(lines.length, 400);
  });

  test('a stream longer than a look goes on where it stopped, behind the others', async (t) => {
    const { logs, lines, follow } = await follower(t, { linesAPage: 1 });
    logs.streams.set('job/a-1', ['1', '2', '3']).set('job/b-1', ['1']);
    for (let looks = 0; looks < 3; looks++) await follow.look(2);
    assert.equal((await follow.look(30)).isBehind, false);
    assert.deepEqual(lines, ['job/a-1: 1', 'job/a-1: 2', 'job/a-1: 3', 'job/b-1: 1']);
  });

  test('what passes is asked again at the next look', async (t) => {
    const { logs, lines, follow } = await follower(t);
    logs.streams.set('job/a-1', ['1']);
    for (const code of ['ResourceNotFoundException', 'ExpiredTokenException', 'ThrottlingException']) {
      logs.fail('GetLogEvents', code, code === 'ThrottlingException' ? 8 : 1);
      await follow.look(30);
      assert.deepEqual([lines, follow.refused], [[], undefined], code);
    }
    await follow.look(30);
    assert.deepEqual(lines, ['job/a-1: 1']);
  });
});

describe('the records of a job', () => {
  async function started(t: TestContext, tellLines = false) {
    const logs = await stubLogs(t, { linesAPage: 1000 });
    const step = awsStep(t, logs.url);
    return { logs, step, job: new JobLogs({ ...step, job: 'job', tellLines }) };
  }

  test('are those of requests that were answered with lines, over all instances', async (t) => {
    const { logs, job } = await started(t);
    logs.streams.set('job/i-1-1', [listening, scored(1, 10, 1), scored(2, 90, 4, 400), 'not JSON', '{"level":']);
    await job.look();
    assert.deepEqual([job.counted?.records, job.isComplete], [10, false]);
    logs.streams.set('job/i-2-1', [listening, scored(3, 20), '{"level":30}', '{"level":50,"msg":"failed"}']);
    await job.finish(1);
    // From half a second before the first to the last: 2.5 s.
    assert.deepEqual(job.counted, { records: 30, errors: 1, requests: 2, recordsPerSecond: 12 });
    assert.equal(job.isComplete, true);
  });

  test('of a pipeline are those of one container', async (t) => {
    const { logs, job } = await started(t);
    logs.streams.set('job/i-1-1/first', [scored(1, 10)]).set('job/i-1-1/second', [scored(1, 9)]);
    logs.streams.set('job/i-1-1/other', ['hello']).set('job/i-1-1/data-log', [scored(1, 99)]);
    await job.finish(1);
    assert.equal(job.counted?.records, 10);
  });

  test('are read to the end, of a hundred instances as of one', async (t) => {
    const { logs, job } = await started(t);
    for (let instance = 0; instance < 100; instance++) logs.streams.set(`job/i-${instance}-1`, [scored(instance, 1)]);
    await job.look();
    assert.ok((job.counted?.records ?? 0) < 100);
    await job.finish(1);
    assert.deepEqual([job.counted?.records, job.isComplete], [100, true]);
  });

  test('come late', async (t) => {
    const { logs, job } = await started(t);
    const finished = job.finish(1);
    logs.streams.set('job/i-1-1', [listening]);
    await finished;
    assert.deepEqual(job.counted, { records: 0, errors: 0, requests: 0 });
  });

  test('are not looked for any more where somebody else’s container is at work', async (t) => {
    const { logs, job } = await started(t);
    logs.streams.set(
      'job/i-1-1',
      Array.from({ length: 501 }, () => 'ping'),
    );
    await job.look();
    const { length } = logs.asked;
    await job.look();
    await job.finish(1);
    assert.deepEqual([logs.asked.length, job.counted], [length, undefined]);
  });

  test('are said to be incomplete where the logs do not come to an end', async (t) => {
    const { logs, step, job } = await started(t);
    logs.streams.set('job/i-1-1', [scored(1, 1)]);
    await job.look();
    logs.fail('DescribeLogStreams', 'ThrottlingException', Infinity);
    await job.finish(1);
    assert.equal(job.isComplete, false);
    assert.match(step.told.at(-1)?.message ?? '', /^the logs could not be read to their end/);
  });
});

describe('the logs of a failure', () => {
  const ended: EndedJob = {
    name: 'job',
    arn: '',
    status: 'Failed',
    failureReason: 'ClientError: See job logs for more information',
    request: jobRequest('job') as unknown as CreateTransformJobRequest,
    creationTime: new Date(),
  };
  const explain = async (t: TestContext, logs: StubLogs, job: Partial<EndedJob> = {}) =>
    await explainFailure({ ...ended, ...job }, awsStep(t, logs.url), { pauseMs: 1 });
  const failure = (key: string): string[] =>
    ['ClientError: 400', '', 'Message:', 'no'].map((line) => `[sagemaker logs]: b/${key}: ${line}`);

  test('are read from their ends, of all instances, over empty pages', async (t) => {
    const logs = await stubLogs(t, { linesAPage: 2, emptyPages: true });
    logs.streams.set('job/i-1-1/data-log', ['early', 'earlier', ...failure('a.csv').slice(0, 2), ...failure('a.csv')]);
    logs.streams.set('job/i-2-1/data-log', failure('b.csv').slice(0, 1));
    const { objects } = await explain(t, logs);
    assert.deepEqual(
      objects.map(({ object }) => object),
      ['b/a.csv', 'b/b.csv'],
    );
    assert.equal(objects[0]?.lines.at(-1), 'no');
  });

  test('of more objects than are shown', async (t) => {
    const logs = await stubLogs(t, { linesAPage: 1000 });
    logs.streams.set('job/i-1-1/data-log', Array.from({ length: 60 }, (_, index) => failure(`${index}.csv`)).flat());
    const { objects, moreObjects } = await explain(t, logs);
    assert.deepEqual([objects.length, moreObjects], [50, 10]);
  });

  test('may come some looks after the end', async (t) => {
    const logs = await stubLogs(t);
    const explained = explain(t, logs, { endTime: new Date() });
    logs.streams.set('job/i-1-1/data-log', failure('a.csv').slice(0, 1));
    const { objects } = await explained;
    assert.deepEqual(objects, [{ object: 'b/a.csv', lines: ['ClientError: 400'] }]);
  });

  test('are given up some looks after the end', async (t) => {
    const logs = await stubLogs(t);
    const { causes } = await explain(t, logs, { endTime: new Date() });
    assert.equal(logs.asked.length, 5);
    assert.match(causes[0]?.what ?? '', /has no logs/);
  });

  test('that may not be read are a cause of their own', async (t) => {
    const logs = await stubLogs(t);
    logs.fail('DescribeLogStreams', 'AccessDeniedException');
    const { causes, objects } = await explain(t, logs);
    assert.deepEqual([causes.length, objects], [1, []]);
    assert.match(causes[0]?.what ?? '', /^The logs of the job could not be read: .*AccessDeniedException/);
    assert.match(causes[0]?.remedy ?? '', /logs:GetLogEvents/);
  });

  test('that cannot be read for another reason can be looked at later', async (t) => {
    const logs = await stubLogs(t);
    logs.fail('DescribeLogStreams', 'ExpiredTokenException');
    const { causes } = await explain(t, logs);
    assert.equal(causes[0]?.remedy, '`batchline launch watch job` looks again');
  });

  test('of a container that never worked: its last lines are shown', async (t) => {
    const logs = await stubLogs(t, { linesAPage: 100 });
    logs.streams.set(
      'job/i-1-1',
      Array.from({ length: 12 }, (_, index) => `starting ${index}`),
    );
    const found = await explain(t, logs, {
      failureReason: 'AlgorithmError: Model container failed to respond to ping.',
    });
    assert.deepEqual([found.containerLines?.length, found.containerLines?.at(-1)], [10, 'starting 11']);
    assert.match(
      explanationText(found),
      /^the container wrote last:\n {2}starting 2\n(?: {2}starting \d+\n)+ {2}starting 11\nlikely cause: No container/,
    );
  });

  test('whose group is missing are none', async (t) => {
    const logs = await stubLogs(t);
    logs.fail('DescribeLogStreams', 'ResourceNotFoundException');
    const { causes } = await explain(t, logs);
    assert.match(causes[0]?.what ?? '', /has no logs/);
  });

  test('are not waited for by who goes', async (t) => {
    const logs = await stubLogs(t);
    const step = { ...awsStep(t, logs.url), signal: AbortSignal.timeout(50) };
    await assert.rejects(explainFailure({ ...ended, endTime: new Date() }, step, { pauseMs: 60_000 }), {
      name: 'TimeoutError',
    });
  });
});
