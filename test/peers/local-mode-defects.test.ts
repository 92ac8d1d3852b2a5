import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Ended, lacks, peerProgram, runPeer } from './clients/run-client.ts';
import { type Case, type Outcome, requestOf } from './local-mode/case.ts';
import { casesOfObjects } from './local-mode/cases-of-objects.ts';
import { casesOfSending } from './local-mode/cases-of-sending.ts';
import { casesOfTheSdk } from './local-mode/cases-of-the-sdk.ts';
import { recordingContainer } from './local-mode/recording-container.ts';

// What the SageMaker SDK's local mode gets wrong or cannot do (contract §3), batchline does right: the same request and
// files through both. Where the SDK is installed it also shows that the defect is real.

const defects = [...casesOfSending, ...casesOfObjects];

function ours(cases: readonly Case[]): void {
  for (const job of cases) {
    test(job.name, { timeout: 60_000 }, async (t) => {
      const stage = await setCase(job);
      t.after(() => stage.end());
      const file = join(stage.folder, 'job.json');
      await writeFile(file, JSON.stringify(requestOf(job, stage.folder)));
      const { stdout, stderr } = await transform(t, ['--job', file, '--url', stage.container.url]);
      const result = stdout === '' ? { status: null } : (JSON.parse(stdout) as { status: string });
      job.ours({ ...(await stage.outcome()), status: result.status, said: stdout + stderr });
    });
  }
}

describe('batchline transform does not have it:', { concurrency: 2 }, () => ours(defects));
describe("batchline transform passes the SDK's own case", { concurrency: 2 }, () => ours(casesOfTheSdk));

describe('SDK local mode has it, or passes:', { skip: lacks('sagemaker2') }, () => {
  const shown = [...defects, ...casesOfTheSdk].filter(({ theirs }) => theirs);
  const outcomes = new Map<Case, Outcome>();
  const stages: Awaited<ReturnType<typeof setCase>>[] = [];

  before(async () => {
    for (const job of shown) stages.push(await setCase(job));
    const jobs = stages.flatMap(({ container, folder }, i) => [
      container.url,
      JSON.stringify(requestOf(shown[i] as Case, folder)),
    ]);
    const program = 'bench/peers/sagemaker-local-mode/local_mode.py';
    const { stdout, stderr } = await runPeer({}, [peerProgram('sagemaker2'), program, ...jobs], {
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    const results = stdout.trim().split('\n');
    assert.equal(results.length, shown.length, stderr);
    for (const [i, job] of shown.entries()) {
      const { status, error } = JSON.parse(results[i] as string) as { status: string | null; error?: string };
      outcomes.set(job, { ...(await (stages[i] as (typeof stages)[0]).outcome()), status, said: error ?? '' });
    }
  });
  after(async () => {
    for (const stage of stages) await stage.end();
  });

  for (const job of shown) test(job.name, () => job.theirs?.(outcomes.get(job) as Outcome));
});

describe('what local mode has no way to say, batchline transform does:', { concurrency: 2 }, () => {
  const whoAmI = 'export const predict = (batch) => batch.map(() => process.pid);\n';

  test('several instances, each with a container of its own', { timeout: 60_000 }, async (t) => {
    const folder = await folderOf(t, {
      'model/code/inference.mjs': whoAmI,
      'in/a': '1\n1\n',
      'in/b': '1\n1\n',
    });
    const { stdout, stderr } = await transform(t, [
      ...['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')],
      ...['--workers', '1', '--instance-count', '2'],
    ]);
    assert.equal((JSON.parse(stdout) as { status: string }).status, 'Completed', stderr);
    const outputs = Object.values(await filesBelow(join(folder, 'out'))).map((text) => text.split('\n'));
    assert.equal(new Set(outputs.flat().filter(Boolean)).size, 2, JSON.stringify(outputs));
    for (const [first, second] of outputs) assert.equal(first, second);
  });

  const environments: readonly [what: string, job: object, expected: Record<string, string | null>][] = [
    [
      'T11: the container is told what the job sets',
      { MaxPayloadInMB: 3, BatchStrategy: 'MultiRecord', MaxConcurrentTransforms: 2, Environment: { MY_ENV: 'x' } },
      { batch: 'true', payload: '3', strategy: 'MULTI_RECORD', concurrency: '2', mine: 'x' },
    ],
    [
      'T11: and nothing that it does not set',
      { Environment: { MY_ENV: 'x' } },
      { batch: 'true', payload: null, strategy: null, concurrency: null, mine: 'x' },
    ],
  ];
  for (const [what, job, expected] of environments) {
    test(what, { timeout: 60_000 }, async (t) => {
      const names = {
        batch: 'SAGEMAKER_BATCH',
        payload: 'SAGEMAKER_MAX_PAYLOAD_IN_MB',
        strategy: 'SAGEMAKER_BATCH_STRATEGY',
        concurrency: 'SAGEMAKER_MAX_CONCURRENT_TRANSFORMS',
        mine: 'MY_ENV',
      };
      const told = Object.entries(names).map(([key, name]) => `${key}: process.env.${name} ?? null`);
      const folder = await folderOf(t, {
        'model/code/inference.mjs': `export const predict = (batch) => batch.map(() => ({ ${told.join(', ')} }));\n`,
        'in/a.jsonl': '1\n',
      });
      const request = requestOf({ request: () => ({ input: { ContentType: 'application/jsonlines' }, job }) }, folder);
      await writeFile(join(folder, 'job.json'), JSON.stringify(request));
      const { stderr } = await transform(t, ['--job', join(folder, 'job.json'), '--model', join(folder, 'model')]);
      const outputs = await filesBelow(join(folder, 'out'));
      assert.ok(outputs['a.jsonl.out'], stderr);
      assert.deepEqual(JSON.parse(outputs['a.jsonl.out']), expected);
    });
  }

  test('an inference pipeline: each reply is the next request', { timeout: 60_000 }, async (t) => {
    const twice = 'export const predict = (batch) => batch.map(({ n }) => ({ n: 2 * n }));\n';
    const plusOne = 'export const predict = (batch) => batch.map(({ n }) => ({ n: n + 1 }));\n';
    const folder = await folderOf(t, {
      'twice/code/inference.mjs': twice,
      'plus-one/code/inference.mjs': plusOne,
      'in/a.jsonl': '{"n":1}\n{"n":5}\n',
    });
    const containers = ['twice', 'plus-one'].map((model) => ({
      Image: 'batchline',
      ModelDataUrl: `file://${folder}/${model}`,
    }));
    const role = 'arn:aws:iam::123456789012:role/batchline';
    const model = { ModelName: 'pipeline', Containers: containers, ExecutionRoleArn: role };
    await writeFile(join(folder, 'model.json'), JSON.stringify(model));
    const { stdout, stderr } = await transform(t, [
      ...['--input', join(folder, 'in'), '--output', join(folder, 'out')],
      ...['--create-model', join(folder, 'model.json')],
    ]);
    assert.equal((JSON.parse(stdout || '{}') as { status?: string }).status, 'Completed', stderr);
    assert.deepEqual(await filesBelow(join(folder, 'out')), { 'a.jsonl.out': '{"n":3}\n{"n":11}\n' });
  });
});

async function transform(t: TestContext, args: readonly string[]): Promise<Ended> {
  const assumed = ['--assume', 'first-retry-seconds=0.01', '--no-report', '--json'];
  return await runPeer(t, [process.execPath, 'src/cli/main.ts', 'transform', ...args, ...assumed], {});
}

/** A case's files and container. */
async function setCase(job: Case) {
  const manifest = (folder: string, ...names: string[]) =>
    JSON.stringify([{ prefix: `file://${folder}/in/` }, ...names]);
  const folder = await mkdtemp(join(tmpdir(), 'batchline-case-'));
  await writeFiles(folder, {
    ...job.files,
    'list.manifest': manifest(folder, 'a', 'deep/c'),
    'climbing.manifest': manifest(folder, 'a', '../secret/b'),
  });
  const container = await recordingContainer(job.answer ?? (() => ({})), job.executionParameters);
  return {
    folder,
    container,
    outcome: async () => ({ outputs: await filesBelow(join(folder, 'out')), container }),
    end: async () => {
      await container.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function folderOf(t: TestContext, files: Case['files']): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-case-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}

async function writeFiles(folder: string, files: Case['files']): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, 'latin1');
  }
}

/** What --resume reads. */
const resumeManifest = '.batchline-manifest.jsonl';

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name !== resumeManifest);
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const),
  );
  return Object.fromEntries(contents);
}
