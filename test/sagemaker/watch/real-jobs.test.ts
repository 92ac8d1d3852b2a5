import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { explainFailure, explanationText } from '../../../src/sagemaker/watch/explain-failure.ts';
import { type EndedJob, watchJob } from '../../../src/sagemaker/watch/watch-job.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { parseAssumptions } from '../../../src/transform/assumptions.ts';
import { containerStarter } from '../../../src/transform/containers/start-container.ts';
import { prepareTransformRun } from '../../../src/transform/run-transform-job.ts';
import { modelRequest, startLocal } from '../../control-plane/local.ts';
import type { ContainerName } from '../../scenarios/containers.ts';
import { type RequestMembers, requestOf } from '../../scenarios/scenario.ts';
import { startStubs } from '../../scenarios/start-containers.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { awsStep } from '../aws-step.ts';

// Jobs that really run, on batchline local, over files.

let stubs: Awaited<ReturnType<typeof startStubs>>;
before(async () => {
  stubs = await startStubs();
});
after(() => stubs.close());

interface Job {
  /** Somebody else's container, or the code of a handler of batchline's own. */
  readonly container: ContainerName | { readonly code: string };
  readonly inputs: Readonly<Record<string, string>>;
  readonly request?: RequestMembers;
  readonly environment?: Readonly<Record<string, string>>;
}

async function run(t: TestContext, { container, inputs, request = {}, environment = {} }: Job, logs = false) {
  const code = typeof container === 'string' ? {} : { 'model/code/inference.mjs': container.code };
  const folder = await temporaryFolder(t, { ...code, ...inputs });
  const openStore = openStores();
  const cli = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const start = containerStarter({ cli, openStore, workers: 1 });
  const url = typeof container === 'string' ? stubs.urls.get(container) : undefined;
  const local = await startLocal(t, {
    prepare: prepareTransformRun,
    startContainer: (options) => start(url ? { ...options, spec: { kind: 'url', url } } : options),
    openStore,
    assumptions: parseAssumptions(['first-retry-seconds=0.001']),
    allowFiles: true,
  });
  const archive = { Image: 'batchline', ModelDataUrl: join(folder, 'model'), Environment: environment };
  await local.ok('CreateModel', modelRequest('model-1', archive));
  const root = `file://${folder}/`;
  const scenario = { name: '', container: 'echo', request, inputs: {}, outputs: {} } as const;
  const body = requestOf(scenario, { job: 'job-1', model: 'model-1', root, output: `${root}out/` });
  const step = awsStep(t, local.url);
  await local.ok('CreateTransformJob', body);
  const ended = await watchJob({ ...step, name: 'job-1', pollMs: 20, logs });
  return { ended, step, folder, explain: () => explainFailure(ended, step, { pauseMs: 1 }) };
}

const jsonLines = { ContentType: 'application/jsonlines' } as const;
const doubling = { code: 'export const predict = (batch) => batch.map(({ n }) => ({ double: n * 2 }));' };

test('batchline’s own container: records, errors and objects are counted', async (t) => {
  const { ended, step } = await run(t, {
    container: doubling,
    request: jsonLines,
    inputs: { 'in/a.jsonl': '{"n":1}\n{"n":2}\nnot JSON\n', 'in/b.jsonl': '{"n":3}\n' },
  });
  assert.deepEqual(ended.counted, { records: 4, errors: 1, requests: 2 });
  const last = step.told.findLast(({ event }) => event === 'progress');
  assert.match(last?.message ?? '', /^Completed \d+ s · 2\/2 objects · 4 records, 1 error, [\d,]+ records\/s$/);
  const { records, errors, objects, objectsDone } = last?.details ?? {};
  assert.deepEqual({ records, errors, objects, objectsDone }, { records: 4, errors: 1, objects: 2, objectsDone: 2 });
  assert.deepEqual(
    step.told.filter(({ event }) => event === 'log' || event === 'note'),
    [],
  );
});

test('lines of the logs are told where they are wanted', async (t) => {
  const job = { container: doubling, request: jsonLines, inputs: { 'in/a.jsonl': '{"n":1}\n' } } as const;
  const { step } = await run(t, job, true);
  const lines = step.told.filter(({ event }) => event === 'log').map(({ message }) => message);
  assert.equal(lines.filter((line) => /^i-[0-9a-f]{17}: \{.*"msg":"scored"\}$/.test(line)).length, 1);
  assert.ok(
    lines.some((line) => /^i-[0-9a-f]{17}\/data-log: .*\[sagemaker logs\]: MaxConcurrentTransforms=/.test(line)),
  );
  assert.equal(new Set(lines).size, lines.length);
});

test('somebody else’s container: nothing is counted but objects', async (t) => {
  const { ended, step } = await run(t, { container: 'echo', inputs: { 'in/a.csv': 'a\n' } });
  assert.deepEqual([ended.status, ended.counted], ['Completed', undefined]);
  assert.match(
    step.told.findLast(({ event }) => event === 'progress')?.message ?? '',
    /^Completed \d+ s · 1\/1 object$/,
  );
});

describe('a failure is explained', () => {
  const single = { BatchStrategy: 'SingleRecord' } as const;
  const noRetry = { InvocationsMaxRetries: 0 } as const;
  const join = { DataProcessing: { JoinSource: 'Input' } } as const;
  const long = { code: 'export const predict = (batch) => batch;' };
  const cases: [name: string, job: Job, causes: RegExp[], objects: [string, ...string[]][]][] = [
    [
      'a container’s 400',
      { container: '400 for bad', inputs: { 'in/a.csv': 'good\n', 'in/b.csv': 'bad\n', 'in/c.csv': 'bad\n' } },
      [/refused a request \(4xx\)/],
      [
        ['b.csv', 'ClientError: 400', 'a bad record'],
        ['c.csv', 'ClientError: 400', 'a bad record'],
      ],
    ],
    [
      'a container’s 503',
      { container: '503 for bad', request: { ModelClientConfig: noRetry }, inputs: { 'in/a.csv': 'bad\n' } },
      [/was not ready for requests/],
      [['a.csv', 'Bad HTTP status received from algorithm: 503', 'out of order']],
    ],
    [
      'a container’s 500',
      { container: '500 at first', request: { ModelClientConfig: noRetry }, inputs: { 'in/a.csv': 'of watching\n' } },
      [/failed on a request \(5xx\)/],
      [['a.csv', 'Bad HTTP status received from algorithm: 500', 'not yet']],
    ],
    [
      'no answer in time',
      {
        container: 'silent for bad',
        request: { ModelClientConfig: { InvocationsTimeoutInSeconds: 1, ...noRetry } },
        inputs: { 'in/a.csv': 'bad\n' },
      },
      [/did not answer a request in time/],
      [['a.csv', 'Unable to get response from algorithm']],
    ],
    [
      'a record over MaxPayloadInMB',
      { container: 'size', request: { MaxPayloadInMB: 1 }, inputs: { 'in/a.csv': 'x'.repeat(1_048_577) } },
      [/is larger than MaxPayloadInMB/],
      [
        [
          'a.csv',
          'ClientError: the record at line 1 has 1,048,577 bytes, more than MaxPayloadInMB allows (1,048,576 bytes)',
        ],
      ],
    ],
    [
      'a join with a line too few',
      { container: 'loses the last line', request: { ...join, ...single }, inputs: { 'in/a.csv': 'a\n' } },
      [/another number of lines/],
      [
        [
          'a.csv',
          'ClientError: Failed to join the output with the input: expected as many lines as the mini-batch has, 1, received 0',
        ],
      ],
    ],
    [
      'CSV that cannot be filtered',
      {
        container: 'echo',
        request: { DataProcessing: { InputFilter: '$[0]' } },
        inputs: { 'in/a.csv': 'a,b\nc"c,d\n' },
      },
      [/is no CSV as DataProcessing needs it/],
      [['a.csv', 'ClientError: Failed to parse line']],
    ],
    [
      'too many errors: each of the first records has a line',
      {
        container: doubling,
        request: jsonLines,
        inputs: { 'in/a.jsonl': 'no\n'.repeat(30), 'in/b.jsonl': '{"n":1}\n' },
      },
      [/Too many records of a mini-batch/],
      [
        [
          'a.jsonl',
          'ClientError: 400',
          'TOO_MANY_ERRORS: 30 of 30 records failed, more than BATCHLINE_MAX_ERROR_RATE=0.5 allows',
          'record 1: INVALID_JSON: ',
        ],
      ],
    ],
    [
      'a model that cannot be loaded',
      { container: { code: 'export const other = 1;' }, inputs: { 'in/a.jsonl': '1\n' } },
      [/could not load the model/],
      [],
    ],
    [
      'a setting that is none',
      { container: long, environment: { BATCHLINE_WORKERS: 'many' }, inputs: { 'in/a.jsonl': '1\n' } },
      [/refused one of its settings/],
      [],
    ],
    [
      'a type that the container does not read',
      { container: doubling, request: { ContentType: 'image/png', Accept: 'text/csv' }, inputs: { 'in/a.csv': '1\n' } },
      [/does not read this Content-Type/],
      [['a.csv', 'ClientError: 415', 'UNSUPPORTED_MEDIA_TYPE: ']],
    ],
  ];
  for (const [name, job, causes, objects] of cases) {
    test(name, async (t) => {
      const { ended, explain } = await run(t, job);
      assert.equal(ended.status, 'Failed', JSON.stringify(ended));
      const found = await explain();
      assert.equal(found.causes.length, causes.length, JSON.stringify(found, null, 1));
      for (const [index, cause] of causes.entries()) assert.match(found.causes[index]?.what ?? '', cause);
      assert.deepEqual(
        found.objects.map(({ object }) => object),
        objects.map(([object]) => object),
      );
      for (const [index, [, ...expected]] of objects.entries()) {
        const lines = found.objects[index]?.lines ?? [];
        for (const [at, line] of expected.entries())
          assert.ok(lines[at]?.startsWith(line), `${lines[at]}, not ${line}`);
      }
      const text = explanationText(found);
      for (const [object] of objects) assert.ok(text.includes(`${object} failed:\n`));
      assert.match(text, /^likely cause: .*\n {2}seen: .*\n {2}what to do: /m);
    });
  }
});

test('outputs of an earlier run count once they have changed', async (t) => {
  const { ended, step, folder } = await run(t, {
    container: 'echo',
    inputs: { 'in/a.csv': 'a\n', 'in/b.csv': 'b\n', 'out/a.csv.out': 'older\n' },
  });
  assert.equal(ended.status, 'Completed');
  await writeFile(join(folder, 'in/c.csv'), 'c\n');
  // Attached once more, after its end: what is there counts.
  const again = await watchJob({ ...step, name: 'job-1', pollMs: 5, logs: false });
  assert.equal(again.status, 'Completed');
  const { objects } = step.told.findLast(({ event }) => event === 'progress')?.details ?? {};
  assert.equal(objects, 3);
});

test('a job that has completed or was stopped needs no logs to be explained', async (t) => {
  const { ended, step } = await run(t, { container: 'echo', inputs: { 'in/a.csv': 'a\n' } });
  assert.deepEqual(await explainFailure(ended, step), { causes: [], objects: [] });
  assert.equal(explanationText({ causes: [], objects: [] }), '');
  const stopped: EndedJob = { ...ended, status: 'Stopped' };
  const { causes } = await explainFailure(stopped, step, { pauseMs: 1 });
  assert.equal(causes.length, 1);
  assert.match(causes[0]?.what ?? '', /^Somebody, or a program, stopped the job/);
});
