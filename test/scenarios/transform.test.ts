import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { BatchlineError } from '../../src/errors.ts';
import { parseCreateTransformJob } from '../../src/sagemaker-api/parse-create-transform-job.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { parseAssumptions } from '../../src/transform/assumptions.ts';
import { containerStarter } from '../../src/transform/containers/start-container.ts';
import { prepareTransformRun } from '../../src/transform/run-transform-job.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testServer } from '../support/test-server.ts';
import { filesIn, never } from '../transform/run-files.ts';
import { type ContainerName, handlerOf } from './containers.ts';
import { jobs } from './jobs.ts';
import { inputsOf, requestOf, type Scenario } from './scenario.ts';
import { startStubs } from './start-containers.ts';

const urls = new Map<ContainerName, URL>();
const ends: (() => unknown)[] = [];

before(async () => {
  const stubs = await startStubs();
  ends.push(stubs.close);
  for (const [name, url] of stubs.urls) urls.set(name, url);
});
after(async () => {
  for (const end of ends) await end();
});

describe('the jobs of the conformance run, from files to files', () => {
  for (const scenario of jobs) {
    test(scenario.name, async (t) => {
      const folder = await stored(t, scenario);
      const root = `file://${folder}/`;
      const request = requestOf(scenario, { job: 'test', model: 'test', root, output: `${root}out/` });
      const { status, reason } = await run(request, await urlOf(scenario.container));
      expectEnd(scenario, status, reason);
      assert.deepEqual(await filesIn(join(folder, 'out'), 'latin1'), latin1(scenario.outputs));
    });
  }
});

describe('some of them through the command', { concurrency: 2 }, () => {
  const names = [
    'CSV, all three: the id and the prediction',
    'ManifestFile: what it names, its outputs by what stands behind the prefix',
    '4xx: the object has no output, the others have theirs',
    'no object',
  ];
  for (const name of names) {
    test(name, async (t) => {
      const scenario = jobs.find((job) => job.name === name) as Scenario;
      const folder = await stored(t, scenario);
      const root = `file://${folder}/`;
      const request = requestOf(scenario, { job: 'test', model: 'test', root, output: `${root}out/` });
      await writeFile(join(folder, 'job.json'), JSON.stringify(request));
      const url = await urlOf(scenario.container);
      const args = ['src/cli/main.ts', 'transform', '--job', join(folder, 'job.json'), '--url', url.href];
      const { status, stderr } = await command([...args, '--no-report']);
      assert.equal(status, { Completed: 0, Failed: 1, Refused: 2 }[scenario.status ?? 'Completed'], stderr);
      const [start, ...parts] = scenario.reason ?? [];
      for (const part of scenario.status === 'Failed' ? parts : [start ?? '', ...parts])
        assert.ok(stderr.includes(part));
      assert.deepEqual(await filesIn(join(folder, 'out'), 'latin1'), latin1(scenario.outputs));
    });
  }
});

test('no two jobs have the same name', () => {
  assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length);
});

async function stored(t: TestContext, scenario: Scenario): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [key, body] of inputsOf(scenario, `file://${folder}/`)) {
    await mkdir(dirname(join(folder, `${key}.`)), { recursive: true });
    if (!key.endsWith('/')) await writeFile(join(folder, key), body);
  }
  return folder;
}

interface Ended {
  readonly status: string;
  readonly reason: string | undefined;
}

async function run(request: object, url: URL): Promise<Ended> {
  const openStore = openStores();
  try {
    const prepared = await prepareTransformRun(
      {
        request: parseCreateTransformJob(request, { allowFiles: true, unknown: 'refuse' }),
        pipeline: [{ name: 'container-1', spec: { kind: 'url', url }, environment: {} }],
        assumptions: parseAssumptions(['first-retry-seconds=0.001']),
        startContainer: containerStarter({ cli: 'none', openStore }),
        openStore,
        onNote: () => undefined,
      },
      never,
    );
    const { status, failureReason } = await prepared.run(never);
    return { status, reason: failureReason };
  } catch (error) {
    assert.ok(error instanceof BatchlineError, String(error));
    return { status: 'Refused', reason: error.message };
  }
}

function expectEnd(
  { status: expected = 'Completed', reason: [start, ...parts] = [''] }: Scenario,
  ...end: [string, string?]
) {
  const [status, reason = ''] = end;
  assert.equal(status, expected, reason);
  assert.equal(reason.slice(0, start.length), start);
  for (const part of parts) assert.ok(reason.includes(part), `expected "${part}" in "${reason}"`);
}

function latin1(outputs: Scenario['outputs']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, body]) => [key, Buffer.from(body).toString('latin1')]),
  );
}

/** Servers of our own are started when the first job needs them. */
async function urlOf(name: ContainerName): Promise<URL> {
  const found = urls.get(name);
  if (found) return found;
  const t = { after: (end: () => unknown) => void ends.push(end) } as TestContext;
  const model = await temporaryFolder(t, { 'code/inference.mjs': handlerOf(name) ?? '' });
  const url = new URL((await testServer(t, model, { BATCHLINE_WORKERS: '1' })).url);
  urls.set(name, url);
  return url;
}

function command(args: readonly string[]): Promise<{ status: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, _, stderr) => resolve({ status: Number(error?.code ?? 0), stderr }));
  });
}
