// The other program that runs a transform job locally: the SageMaker SDK's local mode, unmodified, on the same server.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countLines, outletsBody } from '../bodies.ts';
import { cacheDir, MB } from '../machine.ts';
import { flagCombo } from '../models.ts';
import type { Finding } from '../report.ts';
import { bundledServer, startServer } from '../server.ts';
import { median, spread } from '../statistics.ts';

const rounds = 3;

/** One job by one of the two: a folder of files in, a folder of `.out` files out. */
type Transform = (job: { readonly url: string; readonly input: string; readonly output: string }) => Ended;

interface Ended {
  readonly status: string;
  readonly seconds: number;
}

export async function run(): Promise<Finding | string> {
  const python = join(await cacheDir('venv-sagemaker2'), 'bin/python');
  if (!existsSync(python)) return `no SageMaker SDK (${python}): .ci/peers.sh installs it`;
  const body = await outletsBody();
  const server = await startServer({ entry: await bundledServer(), model: flagCombo, workers: 2 });
  const folder = await mkdtemp(join(tmpdir(), 'batchline-local-mode-'));
  const ways: Record<'ours' | 'theirs', Transform> = { ours: batchline, theirs: localMode(python) };
  const speed: Record<keyof typeof ways, number[]> = { ours: [], theirs: [] };
  const faults = { ours: '', theirs: '' };
  const lines = { ours: '', theirs: '' };
  try {
    await server.ready();
    await writeInputs(folder, body.file);
    for (let round = -1; round < rounds; round++) {
      for (const who of ['ours', 'theirs'] as const) {
        const output = join(folder, `${who}-${round}`);
        const { status, seconds } = ways[who]({ url: server.url, input: join(folder, 'outlets'), output });
        assert.equal(status, 'Completed', who);
        if (round >= 0) speed[who].push(body.bytes / MB / seconds);
        lines[who] = await describeLines(join(output, 'outlets.jsonl.out'));
        await rm(output, { recursive: true });
      }
    }
    for (const who of ['ours', 'theirs'] as const) {
      const output = join(folder, `${who}-faults`);
      const { status } = ways[who]({ url: server.url, input: join(folder, 'refused'), output });
      faults[who] = `${status}; ${await describeRefused(join(output, 'broken.jsonl.out'))}`;
    }
    const ratios = speed.ours.map((value, i) => value / (speed.theirs[i] ?? Number.NaN));
    return {
      method:
        `${body.source}, ${(body.bytes / MB).toFixed(0)} MB in one file, SplitType and AssembleWith Line, MultiRecord, 6 MB a request, on the same ` +
        `bundled server (2 workers) in turn; one pass each to warm up, then ${rounds}. SageMaker SDK 2.257.7's \`_perform_batch_inference\` ` +
        `(bench/peers/sagemaker-local-mode) is timed without its imports and its Docker, batchline's job without its process's start. ` +
        `It sends one request at a time; batchline as many as the server asks for in /execution-parameters. Median (least–most).`,
      header: ['', 'batchline transform', 'SDK local mode'],
      rows: [
        ['MB per second', spread(speed.ours), spread(speed.theirs)],
        [`output of ${await countLines(body.file)} records`, lines.ours, lines.theirs],
        ['a file that the container answers with 400', faults.ours, faults.theirs],
      ],
      figures: [{ name: 'batchline transform/SDK local mode', value: median(ratios), target: 1.5, better: 'higher' }],
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** Links, because the SDK refuses inputs below a home folder of root, where the cache may be. */
async function writeInputs(folder: string, outlets: string): Promise<void> {
  await mkdir(join(folder, 'outlets'));
  await symlink(outlets, join(folder, 'outlets/outlets.jsonl'));
  await mkdir(join(folder, 'refused'));
  await writeFile(join(folder, 'refused/broken.jsonl'), 'not JSON\n'.repeat(30));
}

const batchline: Transform = ({ url, input, output }) => {
  const like = ['--content-type', 'application/jsonlines', '--max-payload-in-mb', '6', '--json'];
  const args = ['src/cli/main.ts', 'transform', '--url', url, '--input', input, '--output', output, ...like];
  return JSON.parse(outputOf(process.execPath, args)) as Ended;
};

function localMode(python: string): Transform {
  return ({ url, input, output }) => {
    const request = {
      BatchStrategy: 'MultiRecord',
      MaxPayloadInMB: 6,
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `file://${input}` } },
        ContentType: 'application/jsonlines',
        SplitType: 'Line',
      },
      TransformOutput: { S3OutputPath: `file://${output}`, AssembleWith: 'Line' },
      TransformResources: { InstanceType: 'local', InstanceCount: 1 },
    };
    const program = 'bench/peers/sagemaker-local-mode/local_mode.py';
    return JSON.parse(outputOf(python, [program, url, JSON.stringify(request)])) as Ended;
  };
}

/** @returns all that was written to standard output; a job may well have failed */
function outputOf(program: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, AWS_DEFAULT_REGION: 'us-east-1' },
  });
  if (error || stdout === '') throw new Error(`${program} ${args.join(' ')} said nothing: ${error ?? stderr}`);
  return stdout;
}

async function describeLines(file: string): Promise<string> {
  const text = await readFile(file, 'latin1');
  const lines = text.replace(/\n$/, '').split('\n');
  const blank = lines.filter((line) => line === '').length;
  return `${lines.length} lines${blank > 0 ? `, ${blank} of them blank` : ''}`;
}

async function describeRefused(file: string): Promise<string> {
  if (!existsSync(file)) return 'no output';
  return `output \`${(await readFile(file, 'utf8')).slice(0, 36)}…\``;
}
