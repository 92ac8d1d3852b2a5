import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { planShards } from '../../../src/sagemaker/shard/plan-shards.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../../../src/storage/open-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { bucket, inputsOf, plan, request, signal } from './sharded-launch.ts';

const line = '{"some":"record"}\n';

describe('planning shards', () => {
  it('cuts one object into eight shards of the same size for each instance', async (t) => {
    const openStore = await bucketOf(t, 2400);
    const { objects } = await plan(request(), openStore);
    const sizes = objects[0]?.ranges.map(({ start, end }) => (end - start) / line.length);
    assert.deepEqual(sizes, Array<number>(24).fill(100));
  });

  it('leaves small objects as they are', async (t) => {
    const openStore = await bucketOf(t, 2400, 10, 130);
    const { objects } = await plan(request(), openStore);
    assert.deepEqual(
      objects.map(({ ranges }) => ranges.length),
      [23, 1, 1],
    );
  });

  it('makes no shard much smaller than the smallest one wanted', async (t) => {
    const openStore = await bucketOf(t, 2400);
    const { objects } = await plan(request(), openStore, 1000 * line.length);
    assert.equal(objects[0]?.ranges.length, 2);
  });

  const settings: [about: string, changes: Partial<CreateTransformJobRequest>, why: RegExp][] = [
    ['SplitType None', changedInput({ SplitType: 'None' }), /SplitType is None/],
    ['SplitType RecordIO', changedInput({ SplitType: 'RecordIO' }), /SplitType is RecordIO/],
    ['objects that are compressed', changedInput({ CompressionType: 'Gzip' }), /gzip/],
    ['AssembleWith None', { TransformOutput: { S3OutputPath: 's3://bucket/scored' } }, /AssembleWith is None/],
    ['data that is captured', { DataCaptureConfig: { DestinationS3Uri: 's3://bucket/captured' } }, /captured data/],
    ['one instance', { TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 } }, /one instance/],
    [
      'outputs below the inputs',
      { TransformOutput: { S3OutputPath: 's3://bucket/in/scored/', AssembleWith: 'Line' } },
      /lies within the input prefix/,
    ],
    ['outputs in files', { TransformOutput: { S3OutputPath: 'file:///tmp/out/', AssembleWith: 'Line' } }, /not on S3/],
  ];
  for (const [about, changes, why] of settings) {
    it(`cuts nothing for ${about}`, async (t) => {
      const openStore = await bucketOf(t, 2400);
      assert.match(await whyNot(request(changes), openStore), why);
    });
  }

  it('cuts nothing of inputs in files', async (t) => {
    const folder = await temporaryFolder(t, { 'a.jsonl': line.repeat(2400) });
    const S3DataSource = { S3DataType: 'S3Prefix' as const, S3Uri: `file://${folder}/` };
    const { openStore } = await bucket(t);
    assert.match(await whyNot(request(changedInput({ DataSource: { S3DataSource } })), openStore), /not on S3/);
  });

  const objects: [about: string, sizes: number[], why: RegExp][] = [
    ['as many objects as instances', [800, 800, 800], /3 objects keep 3 instances evenly busy/],
    ['many objects', Array<number>(40).fill(100), /evenly busy/],
    ['objects that are too small', [3], /no object is large enough/],
  ];
  for (const [about, sizes, why] of objects) {
    it(`cuts nothing of ${about}`, async (t) => {
      const openStore = await bucketOf(t, ...sizes);
      assert.match(await whyNot(request(), openStore, 10 * line.length), why);
    });
  }

  it('cuts nothing of one line', async (t) => {
    const { stub, openStore } = await bucket(t);
    stub.put('bucket/in/a', 'x'.repeat(100_000));
    assert.match(await whyNot(request(), openStore), /lines are too long/);
  });

  it('has the same id for the same launch, another one for any other', async (t) => {
    const { stub, openStore } = await bucket(t);
    stub.put('bucket/in/0.jsonl', line.repeat(2400));
    const { id } = await plan(request(), openStore);
    const same = { TransformJobName: 'job-2', Tags: [{ Key: 'a', Value: 'b' }] };
    assert.equal((await plan(request(same), openStore)).id, id);
    const { TransformOutput: output, ...others } = request();
    assert.equal((await plan({ TransformOutput: output, ...others }, openStore)).id, id);
    for (const other of [{ ModelName: 'b' }, { MaxPayloadInMB: 5 }, { Environment: { A: '1' } }]) {
      assert.notEqual((await plan(request(other), openStore)).id, id);
    }
    stub.put('bucket/in/0.jsonl', line.toUpperCase().repeat(2400));
    assert.notEqual((await plan(request(), openStore)).id, id);
  });
});

/** A bucket with objects of so many lines. */
async function bucketOf(t: TestContext, ...sizes: number[]): Promise<OpenStore> {
  const { stub, openStore } = await bucket(t);
  for (const [index, lines] of sizes.entries()) stub.put(`bucket/in/${index}.jsonl`, line.repeat(lines));
  return openStore;
}

async function whyNot(job: CreateTransformJobRequest, openStore: OpenStore, smallestBytes = 10): Promise<string> {
  const notes: string[] = [];
  const { InstanceCount: instanceCount } = job.TransformResources;
  const options = { request: job, inputs: await inputsOf(job, openStore), instanceCount, openStore, signal };
  const onNote = (note: string): void => void notes.push(note);
  assert.equal(await planShards({ ...options, smallestBytes, onNote }), undefined);
  assert.equal(await planShards({ ...options, smallestBytes }), undefined);
  return notes.join('\n');
}

function changedInput(
  changes: Partial<CreateTransformJobRequest['TransformInput']>,
): Partial<CreateTransformJobRequest> {
  return { TransformInput: { ...request().TransformInput, ...changes } };
}
