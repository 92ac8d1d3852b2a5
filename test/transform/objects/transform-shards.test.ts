import assert from 'node:assert/strict';
import { readdir, readlink } from 'node:fs/promises';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { BatchlineError } from '../../../src/errors.ts';
import type { JobResult } from '../../../src/transform/job.ts';
import { type JobChanges, runFiles } from '../run-files.ts';
import { scoreLines } from '../scoring-stub.ts';
import { fail, stubContainer } from '../stub-container.ts';

const mebibyte = 1024 * 1024;

describe('a sharded object', () => {
  test('gives the output and the error lines of the whole one', async (t) => {
    const { url } = await stubContainer(t, { invocations: scoreLines });
    const line = fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('x', 'é'), maxLength: 12 }) },
      { weight: 2, arbitrary: fc.constantFrom('', '\r', 'bad', 'bad one\r') },
      { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 200_000 }).map((length) => 'y'.repeat(length)) },
    );
    const content = fc.tuple(fc.array(line, { minLength: 1, maxLength: 60 }), fc.constantFrom('\n', '', '\r\n'));
    const jobs = fc.record({
      shardBytes: fc.constantFrom(1, 7, 100, 30_000, 400_000),
      instances: fc.integer({ min: 1, max: 3 }),
      strategy: fc.constantFrom('MultiRecord', 'SingleRecord'),
      terminator: fc.constantFrom('keep', 'strip'),
      assemble: fc.constantFrom('if-missing', 'always'),
    });
    await fc.assert(
      fc.asyncProperty(content, jobs, async ([lines, end], { shardBytes, instances, strategy, ...assume }) => {
        const changes: JobChanges = {
          BatchStrategy: strategy,
          MaxPayloadInMB: 1,
          MaxConcurrentTransforms: 2,
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: instances },
          assume: [`terminator=${assume.terminator}`, `assemble-line=${assume.assemble}`],
        };
        const x = lines.join('\n') + end;
        const whole = await runWithErrors(t, url, x, changes);
        const sharded = await runWithErrors(t, url, x, changes, shardBytes);
        assert.equal(whole.status, 'Completed');
        assert.deepEqual(sharded, whole);
      }),
      { numRuns: 60 },
    );
  });

  test('is sent in the same mini-batches, in as many ranges as there are', async (t) => {
    const container = await stubContainer(t, { invocations: scoreLines });
    const line = `${'x'.repeat(299_999)}\n`;
    const changes: JobChanges = {
      MaxPayloadInMB: 1,
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
    };
    await runWithErrors(t, container.url, line.repeat(10), changes, mebibyte);
    assert.deepEqual(container.requests.map(({ body }) => body.length / line.length).sort(), [1, 3, 3, 3]);
    assert.ok(container.mostAtOnce() <= 2, `${container.mostAtOnce()} at once`);
  });

  const failing: [name: string, content: string, reason: RegExp][] = [
    ['of a refused mini-batch', `1\n1\n1\nrefuse\n${'2\n'.repeat(20)}`, /^mini-batch from line 4: .*400: no$/],
    ['of a record over the limit', `a\n${'x'.repeat(mebibyte)}\nb\n`, /^the record at line 2 has 1,048,577 bytes/],
  ];
  for (const [name, content, reason] of failing) {
    test(`fails with the line ${name}, and leaves no file behind`, async (t) => {
      const { url } = await stubContainer(t, {
        invocations: async (request) => {
          if (request.body.startsWith('refuse')) return sleep(50).then(() => fail(400, 'no')(request));
          return request.response.end('z'.repeat(3 * mebibyte));
        },
      });
      const before = await namelessFiles();
      const changes: JobChanges = {
        MaxPayloadInMB: 1,
        BatchStrategy: 'SingleRecord',
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 3 },
      };
      const { result, outputs } = await runWithErrors(t, url, content, changes, 1);
      assert.match(result?.reason ?? '', reason);
      assert.deepEqual(outputs, {});
      assert.deepEqual(await namelessFiles(), before);
    });
  }

  test('fails as an algorithm does when the container of another instance dies', async (t) => {
    const { url } = await stubContainer(t, { invocations: scoreLines });
    const mute = await stubContainer(t, { invocations: () => undefined });
    const death = sleep(200).then(() => new BatchlineError('JOB_FAILED', 'the server was ended by SIGKILL'));
    const containers = [
      { url, died: new Promise<BatchlineError>(() => undefined), stop: async () => undefined },
      { url: mute.url, died: death, stop: async () => undefined },
    ].values();
    const changes: JobChanges = {
      BatchStrategy: 'SingleRecord',
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
      options: { startContainer: async () => containers.next().value ?? assert.fail('two are enough') },
    };
    const { result } = await runWithErrors(t, url, '1\n'.repeat(100), changes, 40);
    assert.deepEqual(
      [result?.status, result?.kind, result?.reason],
      ['Failed', 'AlgorithmError', 'the server was ended by SIGKILL'],
    );
  });

  test('numbers no error lines once a reply has not said how many records it has', async (t) => {
    const { url } = await stubContainer(t, {
      invocations: (request) => (request.body === 'mute\n' ? request.response.end('?\n') : scoreLines(request)),
    });
    const { errors } = await runWithErrors(t, url, 'bad\nmute\nbad\nbad\n', { BatchStrategy: 'SingleRecord' }, 1);
    assert.deepEqual(
      errors.map((entry) => JSON.parse(entry).line),
      [1],
    );
  });
});

interface Sharded {
  readonly status: JobResult['status'];
  readonly result: JobResult['objects'][number] | undefined;
  readonly outputs: Record<string, string>;
  readonly errors: readonly string[];
}

async function runWithErrors(
  t: TestContext,
  url: URL,
  x: string,
  changes: JobChanges,
  shardBytes = Infinity,
): Promise<Sharded> {
  const errors: Buffer[] = [];
  const onErrors = async (entries: AsyncIterable<Buffer>): Promise<void> => {
    for await (const entry of entries) errors.push(entry);
  };
  const options = { ...changes.options, shardBytes, onErrors };
  const { result, outputs } = await runFiles(t, { url, files: { x }, changes: { ...changes, options } });
  const { output, ...rest } = result.objects[0] ?? ({} as JobResult['objects'][number]); // in a folder of its own
  const lines = Buffer.concat(errors).toString('utf8').split('\n').slice(0, -1);
  return { status: result.status, result: rest, outputs, errors: lines };
}

/** Files of ours that are open and have no name; only Linux tells. */
async function namelessFiles(): Promise<number> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => /\/batchline-[^/]* \(deleted\)$/.test(target)).length;
}
