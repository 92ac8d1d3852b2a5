// One large object on several instances, whole and in shards: what cutting gains, and what the copies cost.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { cutShards } from '../../src/sagemaker/shard/cut.ts';
import { planShards, type ShardPlan } from '../../src/sagemaker/shard/plan-shards.ts';
import { shardsOf } from '../../src/sagemaker/shard/shards-of.ts';
import { stitchOutputs } from '../../src/sagemaker/shard/stitch.ts';
import type { CreateTransformJobRequest } from '../../src/sagemaker-api/create-transform-job.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { writeObject } from '../../src/storage/write-object.ts';
import { defaultAssumptions } from '../../src/transform/assumptions.ts';
import { selectObjects } from '../../src/transform/select/select-objects.ts';
import { type S3Server, startVersitygw, withoutVersitygw } from '../../test/peers/support/versitygw.ts';
import { type Body, countLines, flatBody, outletsBody } from '../bodies.ts';
import { MB } from '../machine.ts';
import { flagCombo } from '../models.ts';
import type { Finding } from '../report.ts';
import { median, spread } from '../statistics.ts';

const rounds = 2;
/** Of the object that is scored, and of the one that is only copied. */
const scoredBytes = 24 * MB;
const copiedBytes = 512 * MB;
const millisecondsPerRecord = 0.4;
/** Five hundredths of what a launch takes: the object is as much smaller. */
const smallestScored = 100_000;
const smallestCopied = 6 * MB;

const signal = AbortSignal.timeout(1_800_000);
const step = { openStore: openStores(), signal, tell: () => undefined };

export async function run(): Promise<Finding | string> {
  if (withoutVersitygw) return withoutVersitygw;
  const folder = await mkdtemp(join(tmpdir(), 'batchline-bench-shard-'));
  const s3 = await startVersitygw(['bench']);
  Object.assign(process.env, s3.environment);
  try {
    const scored = await flatBody(scoredBytes);
    await put(s3, 'scored/a.jsonl', scored);
    await put(s3, 'copied/a.jsonl', await flatBody(copiedBytes));
    const model = await slowModel(folder);
    const lines = await countLines(scored.file);
    const runs = { whole: [] as Run[], four: [] as Run[], sixteen: [] as Run[] };
    const copies: Copies[] = [];
    const cores: number[] = [];
    for (let round = 0; round < rounds; round++) {
      runs.whole.push(await runOn(1, { model, lines, folder }));
      runs.four.push(await runOn(4, { model, lines, folder }));
      runs.sixteen.push(await runOn(16, { model, lines, folder }));
      copies.push(await copy());
      cores.push(await perCoreSecond(folder));
    }
    return finding({ runs, copies, cores, scored });
  } finally {
    await s3.close();
    await rm(folder, { recursive: true });
  }
}

interface Run {
  /** Of the job, since its containers were ready. */
  readonly job: number;
  readonly cut: number;
  readonly stitch: number;
}

interface Scoring {
  readonly model: string;
  readonly lines: number;
  readonly folder: string;
}

/** A whole launch without AWS's part of it: plan, cut, score by as many servers as instances, put together. */
async function runOn(instances: number, { model, lines, folder }: Scoring): Promise<Run> {
  const job = request('scored', instances);
  const plan = await planOf(job, smallestScored);
  if (!plan) return { job: score(job, { model, lines, folder }), cut: 0, stitch: 0 };
  const begun = performance.now();
  const sharded = await cutShards(plan, step);
  const cut = (performance.now() - begun) / 1000;
  const seconds = score(sharded, { model, lines, folder });
  const scored = performance.now();
  await stitchOutputs(plan, step);
  return { job: seconds, cut, stitch: (performance.now() - scored) / 1000 };
}

function score(job: CreateTransformJobRequest, { model, lines, folder }: Scoring): number {
  const { totals, seconds } = transform(job, model, folder);
  assert.equal(totals.outputLines, lines);
  return seconds;
}

interface Copies {
  readonly cut: number;
  readonly stitch: number;
  readonly through: number;
}

/** Megabytes a second of copies by the S3 server alone, and of the same bytes by way of this process. */
async function copy(): Promise<Copies> {
  const job = request('copied', 8);
  const plan = await planOf(job, smallestCopied);
  assert.ok(plan);
  const cut = await megabytesPerSecond(() => cutShards(plan, step));
  // The job: each shard is its own output.
  for (const { from, output } of shardsOf(plan)) {
    const { store, key } = step.openStore(from);
    const object = await store.head(key, signal);
    assert.ok(object);
    const piece = { object, start: 0, end: object.bytes };
    await store.compose?.(step.openStore(output).key, [piece], { signal });
  }
  const stitch = await megabytesPerSecond(() => stitchOutputs(plan, step));
  const { store } = step.openStore('s3://bench/');
  const object = await store.head('copied/a.jsonl', signal);
  assert.ok(object);
  const through = await megabytesPerSecond(() =>
    writeObject(store, 'through', store.read(object, { signal }), { signal }),
  );
  return { cut, stitch, through };
}

async function megabytesPerSecond(make: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await make();
  return copiedBytes / MB / ((performance.now() - begun) / 1000);
}

/** Megabytes that one server of flag_combo scores in a second of CPU time. */
async function perCoreSecond(folder: string): Promise<number> {
  const body = await outletsBody(300 * MB);
  const { use } = transformArgs(['--input', body.file, '--output', join(folder, 'out')], flagCombo, folder);
  return body.bytes / MB / use.serverCpuSeconds;
}

function transform(job: CreateTransformJobRequest, model: string, folder: string) {
  const s3 = job.TransformInput.DataSource.S3DataSource.S3Uri;
  const args = ['--input', s3, '--output', job.TransformOutput.S3OutputPath];
  const count = String(job.TransformResources.InstanceCount);
  return transformArgs([...args, '--instance-count', count], model, folder);
}

function transformArgs(args: readonly string[], model: string, folder: string) {
  const report = join(folder, 'report');
  const form = ['--content-type', 'application/jsonlines', '--workers', '1', '--report', report];
  const { status, stderr } = spawnSync(
    process.execPath,
    ['src/cli/main.ts', 'transform', '--model', model, ...args, ...form],
    { env: process.env, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
}

/** One that is as slow on any machine, however many share it: it sleeps. */
async function slowModel(folder: string): Promise<string> {
  const model = join(folder, 'model');
  await mkdir(join(model, 'code'), { recursive: true });
  const code = `
    const never = new Int32Array(new SharedArrayBuffer(4));
    export function predict(batch) {
      Atomics.wait(never, 0, 0, batch.length * ${millisecondsPerRecord});
      return batch.map(() => ({ slept: true }));
    }`;
  await writeFile(join(model, 'code/inference.mjs'), code);
  return model;
}

async function put({ client }: S3Server, Key: string, { file, bytes }: Body): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: 'bench', Key, Body: createReadStream(file), ContentLength: bytes }));
}

async function planOf(job: CreateTransformJobRequest, smallestBytes: number): Promise<ShardPlan | undefined> {
  const { openStore } = step;
  const inputs = await selectObjects({ request: job, assumptions: defaultAssumptions, openStore }, signal);
  const instanceCount = job.TransformResources.InstanceCount;
  return await planShards({ request: job, inputs, instanceCount, openStore, signal, smallestBytes });
}

function request(input: string, InstanceCount: number): CreateTransformJobRequest {
  return {
    TransformJobName: `on-${InstanceCount}`,
    ModelName: 'bench',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://bench/${input}/` } },
      SplitType: 'Line',
    },
    TransformOutput: { S3OutputPath: `s3://bench/out/`, AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount },
  };
}

interface Found {
  readonly runs: Readonly<Record<'whole' | 'four' | 'sixteen', readonly Run[]>>;
  readonly copies: readonly Copies[];
  readonly cores: readonly number[];
  readonly scored: Body;
}

function finding({ runs, copies, cores, scored }: Found): Finding {
  const row = (name: string, of: readonly Run[]): string[] => [
    name,
    spread(
      of.map(({ job }) => job),
      1,
    ),
    spread(
      of.map(({ cut }) => cut),
      1,
    ),
    spread(
      of.map(({ stitch }) => stitch),
      1,
    ),
    spread(
      of.map(({ job }, round) => (runs.whole[round]?.job ?? 0) / job),
      1,
    ),
  ];
  const faster = (of: readonly Run[]): number =>
    median(of.map(({ job }, round) => (runs.whole[round]?.job ?? 0) / job));
  const rate = (of: (copies: Copies) => number): string => spread(copies.map(of));
  return {
    method:
      `${scored.source}, ${(scored.bytes / MB).toFixed(0)} MB in one object, S3 to S3 (versitygw 1.8.0), one server process an instance. ` +
      `The model sleeps ${millisecondsPerRecord} ms a record, so that an instance is as slow as it is however many of them share two cores; ` +
      `whole, an object is one instance's, and the others are not even started. The job's seconds are those since its containers were ready. ` +
      `Copies: one object of ${copiedBytes / MB} MB cut into 64 shards of 8 MB, whose outputs are as large, by UploadPartCopy (cutting: ` +
      `${rate(({ cut }) => cut)} MB/s; putting together and removing what is temporary: ${rate(({ stitch }) => stitch)} MB/s), and read and ` +
      `written again by this process (${rate(({ through }) => through)} MB/s). One server process of flag_combo scores ` +
      `${spread(cores)} MB of the outlets in a second of CPU time. ${rounds} rounds, median (least–most).`,
    header: ['', 'job, s', 'cutting, s', 'putting together, s', 'times as fast'],
    rows: [
      row('whole, on any number of instances', runs.whole),
      row('in shards, on 4', runs.four),
      row('in shards, on 16', runs.sixteen),
    ],
    figures: [
      { name: 'shards on 4 instances/whole', value: faster(runs.four), target: 3.6, better: 'higher' },
      { name: 'shards on 16 instances/whole', value: faster(runs.sixteen), target: 12, better: 'higher' },
      {
        name: 'copied by S3/read and written again',
        value: median(copies.map(({ cut, through }) => cut / through)),
        target: 1,
        better: 'higher',
      },
    ],
  };
}
