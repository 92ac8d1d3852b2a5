import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { cutShards } from '../../src/sagemaker/shard/cut.ts';
import { planShards, type ShardPlan, shardPlanOf } from '../../src/sagemaker/shard/plan-shards.ts';
import { stitchOutputs } from '../../src/sagemaker/shard/stitch.ts';
import type { CreateTransformJobRequest } from '../../src/sagemaker-api/create-transform-job.ts';
import { type OpenStore, openStores } from '../../src/storage/open-store.ts';
import { writeObject } from '../../src/storage/write-object.ts';
import { defaultAssumptions } from '../../src/transform/assumptions.ts';
import { selectObjects } from '../../src/transform/select/select-objects.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

// Jobs over shards, on a real S3 server and scored for real, beside the same jobs over whole objects.

const signal = AbortSignal.timeout(600_000);
const mebibyte = 1024 * 1024;
const lines = readFileSync('examples/flag-combo/data/outlets.jsonl', 'utf8').split('\n').slice(0, 50);
const outlets = `${lines.join('\n')}\n`;
const outlet = lines[0] ?? '';

describe('a job over shards', { skip: withoutVersitygw }, () => {
  let server: S3Server;
  let openStore: OpenStore;
  before(async () => {
    server = await startVersitygw(['inputs', 'outputs']);
    Object.assign(process.env, server.environment);
    openStore = openStores();
  });
  after(() => server.close());

  const longRecord = outlet.replace('{', `{"about":"${'x'.repeat(100_000)}",`);
  const texts: [about: string, text: string][] = [
    ['lines', outlets.repeat(20)],
    ['no newline at the end', outlets.repeat(20) + outlet],
    ['CRLF', outlets.repeat(20).replaceAll('\n', '\r\n')],
    ['a record longer than a range', `${outlets}${longRecord}\n${outlets}`],
    ['blank lines, and records with errors', `${outlets}\n\n{"outlet_id":1}\nno JSON\n${outlets.repeat(3)}`],
  ];
  for (const [index, [about, text]] of texts.entries()) {
    it(`writes what the whole job does, with ${about}`, async (t) => {
      await put(`tiny-${index}/a.jsonl`, text);
      await put(`tiny-${index}/deep/b.jsonl`, outlets);
      const job = request(`tiny-${index}`);
      const plan = await planOf(job, 20_000);
      const shards = plan.objects.flatMap(({ ranges }) => ranges);
      assert.ok(shards.length > 3, `${shards.length} shards`);
      await assertSame(t, job, plan);
    });
  }

  it('writes what the whole job does, of shards and outputs that are copied by S3 alone', async (t) => {
    // Uploads of several parts, whose checksums are of their parts.
    const { store } = openStore('s3://inputs/');
    const bytes = 44 * mebibyte;
    const text = Buffer.from(outlets.repeat(Math.ceil(bytes / outlets.length)));
    await writeObject(store, 'large/a.jsonl', [text], { signal });
    const job = { ...request('large'), DataProcessing: { JoinSource: 'Input' as const } };
    await assertSame(t, job, await planOf(job, 20 * mebibyte));
  });

  it('puts together ranges that are copied and ranges that are sent', async () => {
    const { store } = openStore('s3://inputs/');
    const bytes = randomBytes(20 * mebibyte);
    await writeObject(store, 'mixed', [bytes], { signal });
    const object = await store.head('mixed', signal);
    assert.ok(object && store.compose);
    const ranges: [number, number][] = [
      [0, 1],
      [0, 12],
      [3, 20],
      [1, 3],
      [7, 7.5],
    ];
    const pieces = ranges.map(([start, end]) => ({ object, store, start: start * mebibyte, end: end * mebibyte }));
    await openStore('s3://outputs/').store.compose?.('mixed', pieces, { signal });
    const expected = Buffer.concat(pieces.map(({ start, end }) => bytes.subarray(start, end)));
    assert.ok((await body('mixed')).equals(expected));
  });

  it('is cut by a process that is killed, and by the next one', async (t) => {
    await put('killed/a.jsonl', outlets.repeat(Math.ceil((30 * mebibyte) / outlets.length)));
    const job = request('killed');
    const plan = await planOf(job, 6 * mebibyte);
    const folder = await temporaryFolder(t, { 'job.json': JSON.stringify(job) });
    const script = `
      import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
      import { cutShards } from './src/sagemaker/shard/cut.ts';
      import { planShards } from './src/sagemaker/shard/plan-shards.ts';
      import { openStores } from './src/storage/open-store.ts';
      import { defaultAssumptions as assumptions } from './src/transform/assumptions.ts';
      import { selectObjects } from './src/transform/select/select-objects.ts';
      const request = JSON.parse(readFileSync('${join(folder, 'job.json')}', 'utf8'));
      const [openStore, signal] = [openStores(), AbortSignal.timeout(60000)];
      const inputs = await selectObjects({ request, assumptions, openStore }, signal);
      const plan = await planShards({ request, inputs, instanceCount: 2, openStore, signal, smallestBytes: ${6 * mebibyte} });
      console.log('planned');
      await cutShards(plan, { openStore, signal, tell: () => {} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { store, key } = openStore(plan.inputPrefix);
    const keys = async (): Promise<number> => (await Array.fromAsync(store.list(key, signal))).length;
    while ((await keys()) === 0 && child.exitCode === null) await sleep(5, undefined, { signal });
    child.kill('SIGKILL');
    await assertSame(t, job, plan);
  });

  /** Runs the job whole and over shards, each as `launch` would, and compares every output. */
  async function assertSame(t: TestContext, job: CreateTransformJobRequest, plan: ShardPlan): Promise<void> {
    const whole = 's3://outputs/whole/';
    await transform(t, { ...job, TransformOutput: { ...job.TransformOutput, S3OutputPath: whole } });
    const step = { openStore, signal, tell: () => undefined };
    const sharded = await cutShards(plan, step);
    await transform(t, sharded);
    await leaveUnfinished(plan);
    const found = await shardPlanOf(sharded, step);
    assert.ok(found);
    await stitchOutputs(found, step);
    for (const { input } of plan.objects) {
      const { key } = input.output;
      const [made, expected] = [await body(key), await body(key.replace('sharded/', 'whole/'))];
      assert.ok(expected.length > 0);
      assert.ok(withoutRecordNumbers(made).equals(withoutRecordNumbers(expected)), `${key}: other bytes`);
    }
    const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: 'outputs' }));
    assert.deepEqual(Uploads, []);
    const left = await Array.fromAsync(openStore('s3://outputs/').store.list('sharded/_batchline', signal));
    assert.deepEqual(left, []);
  }

  async function planOf(job: CreateTransformJobRequest, smallestBytes: number): Promise<ShardPlan> {
    const inputs = await selectObjects({ request: job, assumptions: defaultAssumptions, openStore }, signal);
    const plan = await planShards({ request: job, inputs, instanceCount: 2, openStore, signal, smallestBytes });
    assert.ok(plan);
    return plan;
  }

  /** As processes that were killed leave it. */
  async function leaveUnfinished({ objects, outputPrefix }: ShardPlan): Promise<void> {
    const [object] = objects;
    for (const Key of [object?.input.output.key, openStore(`${outputPrefix}0000.jsonl.out`).key]) {
      const begun = { Bucket: 'outputs', Key };
      const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(begun));
      await server.client.send(new UploadPartCommand({ ...begun, UploadId, PartNumber: 1, Body: Buffer.from('a') }));
    }
  }

  async function put(key: string, text: string): Promise<void> {
    await server.client.send(new PutObjectCommand({ Bucket: 'inputs', Key: key, Body: text }));
  }

  async function body(key: string): Promise<Buffer> {
    const { Body } = await server.client.send(new GetObjectCommand({ Bucket: 'outputs', Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
});

function request(input: string): CreateTransformJobRequest {
  return {
    TransformJobName: `shards-of-${input}`,
    ModelName: 'flag-combo',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://inputs/${input}/` } },
      ContentType: 'application/jsonlines',
      SplitType: 'Line',
    },
    TransformOutput: {
      S3OutputPath: 's3://outputs/sharded/',
      Accept: 'application/jsonlines',
      AssembleWith: 'Line',
    },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
  };
}

/** Runs a job by the command. */
async function transform(t: TestContext, job: CreateTransformJobRequest): Promise<void> {
  const file = join(await temporaryFolder(t), 'job.json');
  await writeFile(file, JSON.stringify(job));
  const args = ['src/cli/main.ts', 'transform', '--job', file, '--model', 'examples/flag-combo/model'];
  await promisify(execFile)(process.execPath, [...args, '--workers', '1'], { env: process.env });
}

/** They count the records of a request, and requests are others in shards. */
function withoutRecordNumbers(output: Buffer): Buffer {
  return Buffer.from(output.toString('latin1').replaceAll(/"record":\d+/g, '"record":0'), 'latin1');
}
