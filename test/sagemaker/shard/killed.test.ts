import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutShards } from '../../../src/sagemaker/shard/cut.ts';
import { shardPlanOf } from '../../../src/sagemaker/shard/plan-shards.ts';
import { stitchOutputs } from '../../../src/sagemaker/shard/stitch.ts';
import type { CreateTransformJobRequest } from '../../../src/sagemaker-api/create-transform-job.ts';
import type { OpenStore } from '../../../src/storage/open-store.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { failure } from '../../support/stub-store.ts';
import { memoryStore } from './memory-store.ts';
import { inputs, launch, plan, request, scored, scoreLines, signal } from './sharded-launch.ts';
import { through } from './through.ts';

describe('a launch with shards that is killed at any call', () => {
  it('gives the same when it is repeated', async () => {
    const { objects, openStore } = filled();
    const kills = await killEverywhere(
      async (killing) => {
        await launch(request(), killing, (job) => scoreLines(job, openStore));
      },
      openStore,
      async (when) => {
        await launch(request({ TransformJobName: 'job-2' }), openStore, (job) => scoreLines(job, openStore));
        assertWhole(objects, when);
      },
    );
    assert.ok(kills > 50, `${kills} kills`);
  });

  it('gives the same when the job goes on, and somebody watches it', async () => {
    const { objects, openStore } = filled();
    const step = { openStore, signal, tell: () => undefined };
    let job: CreateTransformJobRequest | undefined;
    const kills = await killEverywhere(
      async (killing) => {
        job = await cutShards(await plan(request(), openStore), step);
        await scoreLines(job, openStore);
        const found = await shardPlanOf(job, { openStore: killing, signal });
        assert.ok(found);
        await stitchOutputs(found, { ...step, openStore: killing });
      },
      openStore,
      async (when) => {
        assert.ok(job);
        const gone = failure('job-1: the shards of this job are gone', 'under s3://bucket/scored/');
        const found = await shardPlanOf(job, step).catch(gone);
        if (typeof found === 'object') await stitchOutputs(found, step);
        assertWhole(objects, when);
      },
    );
    assert.ok(kills > 20, `${kills} kills`);
  });

  it('may put its outputs together while another process does', async () => {
    for (let calls = 1; ; calls += 1) {
      const { objects, openStore } = filled();
      const step = { openStore, signal, tell: () => undefined };
      const job = await cutShards(await plan(request(), openStore), step);
      await scoreLines(job, openStore);
      const other = await shardPlanOf(job, step);
      assert.ok(other);
      // The other one does everything between two calls of this one.
      let left = Number.POSITIVE_INFINITY;
      const between = through(openStore, async (make) => {
        left -= 1;
        if (left === 0) await stitchOutputs(other, step);
        return await make();
      });
      const mineBetween = await shardPlanOf(job, { openStore: between, signal });
      assert.ok(mineBetween);
      left = calls;
      await stitchOutputs(mineBetween, { ...step, openStore: between });
      if (left > 0) return assert.ok(calls > 20, `${calls} calls`);
      assertWhole(objects, `at call ${calls}`);
    }
  });
});

objectStoreContract({
  name: 'the one in memory that these tests are made with',
  open: async () => ({ store: memoryStore().store, base: '' }),
});

function filled(): ReturnType<typeof memoryStore> {
  const memory = memoryStore();
  for (const [name, text] of Object.entries(inputs)) memory.objects.set(`in/${name}`, Buffer.from(text));
  return memory;
}

/** @returns how often something was killed */
async function killEverywhere(
  run: (openStore: OpenStore) => Promise<void>,
  openStore: OpenStore,
  andThen: (when: string) => Promise<void>,
): Promise<number> {
  for (let n = 1; ; n += 1) {
    const killed = killedAt(openStore, n);
    const ended = await run(killed.openStore).then(
      () => true,
      (error: Error) => assert.equal(error.message, 'killed', error.stack),
    );
    if (ended && !killed.isKilled()) return n - 1;
    await andThen(`killed at call ${n}`);
    const { store, key } = openStore('s3://bucket/scored/');
    for await (const output of store.list(key, signal)) await store.remove(output.key, signal);
  }
}

/** Stores of a process that ends at its nth call: before it, or where n is even after it. */
function killedAt(openStore: OpenStore, n: number): { openStore: OpenStore; isKilled: () => boolean } {
  let calls = 0;
  const killing = through(openStore, async (make) => {
    calls += 1;
    const call = calls;
    if (call > n || (call === n && n % 2 === 1)) throw new Error('killed');
    const made = await make();
    if (call === n) throw new Error('killed');
    return made;
  });
  return { openStore: killing, isKilled: () => calls >= n };
}

function assertWhole(objects: ReadonlyMap<string, Buffer>, when: string): void {
  const expected = Object.entries(inputs).map(([name, text]) => [`scored/${name}.out`, scored(text)]);
  const found = [...objects].filter(([key]) => key.startsWith('scored/')).map(([key, body]) => [key, body.toString()]);
  assert.deepEqual(found.toSorted(), expected.toSorted(), when);
}
