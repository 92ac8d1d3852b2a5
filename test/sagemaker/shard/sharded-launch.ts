import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { cutShards } from '../../../src/sagemaker/shard/cut.ts';
import { planShards, type ShardPlan } from '../../../src/sagemaker/shard/plan-shards.ts';
import { stitchOutputs } from '../../../src/sagemaker/shard/stitch.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import { type OpenStore, openStores } from '../../../src/storage/open-store.ts';
import { writeObject } from '../../../src/storage/write-object.ts';
import { defaultAssumptions } from '../../../src/transform/assumptions.ts';
import type { InputObject } from '../../../src/transform/job.ts';
import { selectObjects } from '../../../src/transform/select/select-objects.ts';

import '../../support/stub-store.ts';
import { type StubS3, stubS3 } from '../../support/stub-s3.ts';

export const signal = AbortSignal.timeout(300_000);

const lines = Array.from({ length: 200 }, (_, index) => `{"line":${index},"of":"${'abcdefg'.slice(index % 7)}"}`);

/** Below `in/`. */
export const inputs: Readonly<Record<string, string>> = {
  'a.jsonl': `${lines.join('\n')}\n`,
  'deep/b.jsonl': lines.slice(0, 70).join('\r\n'),
  'c.csv': 'one small line',
  'empty.jsonl': '',
};

/** S3 by a stub, with a bucket `bucket`. */
export async function bucket(t: TestContext): Promise<{ stub: StubS3; openStore: OpenStore }> {
  const stub = await stubS3(t);
  return { stub, openStore: openStores({ endpoint: stub.url, firstPauseMs: 2 }) };
}

/** A job of lines from `s3://bucket/in/` to `s3://bucket/scored`, that may be cut. */
export function request(changes: Partial<CreateTransformJobRequest> = {}): CreateTransformJobRequest {
  return {
    TransformJobName: 'job-1',
    ModelName: 'model',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } },
      ContentType: 'application/jsonlines',
      SplitType: 'Line',
    },
    TransformOutput: { S3OutputPath: 's3://bucket/scored', AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 3 },
    ...changes,
  };
}

export function inputsOf(job: CreateTransformJobRequest, openStore: OpenStore): Promise<InputObject[]> {
  return selectObjects({ request: job, assumptions: defaultAssumptions, openStore }, signal);
}

export async function plan(
  job: CreateTransformJobRequest,
  openStore: OpenStore,
  smallestBytes = 600,
): Promise<ShardPlan> {
  const inputs = await inputsOf(job, openStore);
  const { InstanceCount: instanceCount } = job.TransformResources;
  const planned = await planShards({ request: job, inputs, instanceCount, openStore, signal, smallestBytes });
  assert.ok(planned, 'nothing to cut');
  return planned;
}

/** Everything that a launch does with shards. @param score runs the job */
export async function launch(
  job: CreateTransformJobRequest,
  openStore: OpenStore,
  score: (job: CreateTransformJobRequest) => Promise<void>,
): Promise<LaunchEvent[]> {
  const events: LaunchEvent[] = [];
  const step = { openStore, signal, tell: (event: LaunchEvent) => void events.push(event) };
  const planned = await plan(job, openStore);
  await score(await cutShards(planned, step));
  await stitchOutputs(planned, step);
  return events;
}

/** A job that writes each line of its input in capitals. */
export async function scoreLines(job: CreateTransformJobRequest, openStore: OpenStore): Promise<void> {
  for (const { store, object, output } of await inputsOf(job, openStore)) {
    const text = Buffer.concat(await Array.fromAsync(store.read(object, { signal }))).toString();
    await writeObject(output.store, output.key, [Buffer.from(scored(text))], { signal });
  }
}

export function scored(text: string): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line.toUpperCase()}\n`).join('');
}
