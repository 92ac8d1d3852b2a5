import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError } from '../../src/errors.ts';
import type { RunningContainer } from '../../src/transform/containers/running-container.ts';
import { type JobChanges, runFiles } from './run-files.ts';
import { echo, stubContainer } from './stub-container.ts';

const resources = (InstanceCount: number) => ({
  InstanceType: 'ml.m5.large',
  InstanceCount,
});
const files = { a: 'a\n', b: 'b\n', c: 'c\n', d: 'd\n' };

describe('instances', () => {
  test('take the objects in turn, each with a container of its own', async (t) => {
    const stubs = [await stubContainer(t), await stubContainer(t)];
    const starting = stubs.map(({ url }) => immortal(url)).values();
    const changes: JobChanges = {
      TransformResources: resources(2),
      options: { startContainer: async () => starting.next().value ?? assert.fail('two are enough') },
    };
    const { result } = await runFiles(t, { url: new URL('http://unused'), files, changes });
    assert.equal(result.status, 'Completed');
    assert.deepEqual(
      stubs.map(({ requests }) => requests.map(({ body }) => body)),
      [
        ['a\n', 'c\n'],
        ['b\n', 'd\n'],
      ],
    );
  });

  test('without an object are not started', async (t) => {
    const { url } = await stubContainer(t);
    let started = 0;
    const startContainer = async () => {
      started += 1;
      return immortal(url);
    };
    await runFiles(t, { url, files, changes: { TransformResources: resources(9), options: { startContainer } } });
    assert.equal(started, 4);
  });

  test('are not waited for when one of them cannot be started', { timeout: 4000 }, async (t) => {
    const { url } = await stubContainer(t, { ping: (response) => response.writeHead(503).end() });
    let started = 0;
    const startContainer = async (): Promise<RunningContainer> => {
      started += 1;
      if (started === 1) throw new BatchlineError('JOB_FAILED', 'no room left');
      return immortal(url);
    };
    const changes = { TransformResources: resources(2), assume: ['ping-seconds=60'], options: { startContainer } };
    const { result } = await runFiles(t, { url, files, changes });
    assert.equal(result.failureReason, 'AlgorithmError: no room left');
  });

  test('that die fail their own objects, in words of what happened', async (t) => {
    const stub = await stubContainer(t);
    const mute = await stubContainer(t, { invocations: () => undefined });
    const died = sleep(150).then(() => new BatchlineError('JOB_FAILED', 'the server was ended by SIGKILL'));
    const starting = [immortal(stub.url), { ...immortal(mute.url), died }].values();
    const changes: JobChanges = {
      TransformResources: resources(2),
      options: { startContainer: async () => starting.next().value ?? assert.fail('two are enough') },
    };
    const { result, outputs } = await runFiles(t, { url: stub.url, files, changes });
    assert.deepEqual(
      result.objects.map(({ status, kind, reason }) => [status, kind, reason]),
      [1, 2].flatMap(() => [
        ['Completed', undefined, undefined],
        ['Failed', 'AlgorithmError', 'the server was ended by SIGKILL'],
      ]),
    );
    assert.deepEqual(Object.keys(outputs), ['a.out', 'c.out']);
    assert.match(result.failureReason ?? '', /^AlgorithmError: See job logs for more information/);
  });

  for (const count of [2, 3]) {
    test(`have all ${count} containers of a pipeline, each fed with the reply before it`, async (t) => {
      const names = ['one', 'two', 'three'].slice(0, count);
      const environments: (string | undefined)[] = [];
      const urls = await Promise.all(
        names.map(
          async (name) =>
            (await stubContainer(t, { invocations: ({ body, response }) => response.end(`${name}(${body.trim()})\n`) }))
              .url,
        ),
      );
      const changes: JobChanges = {
        options: {
          pipeline: urls.map((url, index) => ({
            name: names[index] ?? '',
            spec: { kind: 'url', url },
            environment: {},
          })),
          startContainer: async ({ spec, environment }) => {
            environments.push(environment['SAGEMAKER_BIND_TO_PORT']);
            return spec.kind === 'url' ? immortal(spec.url) : assert.fail();
          },
        },
      };
      const { outputs } = await runFiles(t, { url: new URL('http://unused'), files: { x: 'x\n' }, changes });
      assert.deepEqual(outputs, { 'x.out': `${names.reduce((inner, name) => `${name}(${inner})`, 'x')}\n` });
      assert.deepEqual(environments, ['8080', '8081', '8082'].slice(0, count));
    });
  }
});

describe('settings of the container', () => {
  const cases: [name: string, asked: string | undefined, job: JobChanges, settings: unknown, notes: RegExp[]][] = [
    [
      'stand below the job’s',
      '{"MaxPayloadInMB":20,"MaxConcurrentTransforms":3}',
      { MaxPayloadInMB: 2 },
      [2, 'job', 3, 'container'],
      [],
    ],
    [
      'that break the 100 MB rule with the job’s are ignored, with a note',
      '{"MaxConcurrentTransforms":4}',
      { MaxPayloadInMB: 30 },
      [30, 'job', 1, 'default'],
      [/does not go with the job/],
    ],
    [
      'are not to blame where it asks for nothing',
      undefined,
      { MaxConcurrentTransforms: 50 },
      [6, 'default', 50, 'job'],
      [],
    ],
  ];
  for (const [name, executionParameters, job, settings, notes] of cases) {
    test(name, async (t) => {
      const { url } = await stubContainer(t, {
        invocations: echo,
        ...(executionParameters === undefined ? {} : { executionParameters }),
      });
      const noted: string[] = [];
      const changes = { ...job, options: { onNote: (note: string) => void noted.push(note) } };
      const { result } = await runFiles(t, { url, files: { x: 'x\n' }, changes });
      const { maxPayloadInMB, maxConcurrentTransforms, from } = result.settings ?? assert.fail(result.failureReason);
      assert.deepEqual(
        [maxPayloadInMB, from.maxPayloadInMB, maxConcurrentTransforms, from.maxConcurrentTransforms],
        settings,
      );
      assert.equal(noted.length, notes.length, noted.join('\n'));
      for (const [index, note] of notes.entries()) assert.match(noted[index] ?? '', note);
    });
  }
});

function immortal(url: URL): RunningContainer {
  return { url, died: new Promise(() => undefined), stop: async () => undefined };
}
