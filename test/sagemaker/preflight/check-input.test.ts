import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkInput } from '../../../src/sagemaker/preflight/check-input.ts';
import type { Inspect } from '../../../src/sagemaker/preflight/inspect-some.ts';
import type { Problem } from '../../../src/sagemaker/step.ts';
import { count } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Changes, launchWith } from './launches.ts';
import { type Objects, stubPlace } from './stub-place.ts';

const lines = (number: number, line = '{"a":1}'): string => `${line}\n`.repeat(number);
const reachable = Promise.resolve({ problems: [], unreachable: new Set<string>() });

interface World {
  readonly objects: Objects;
  readonly changes?: Changes;
  readonly inspect?: Inspect;
}

async function checked(t: TestContext, { objects, changes = {}, inspect = 'sample' }: World) {
  const { step, stub } = await stubPlace(t, objects);
  const found = await checkInput({ ...step, launch: launchWith(changes), inspect }, reachable);
  return { ...found, stub, step };
}

describe('an input', () => {
  test('that is good has its size and nothing else', async (t) => {
    const { problems, size } = await checked(t, { objects: { 'in/a.jsonl': lines(3), 'in/b.jsonl': lines(2) } });
    assert.deepEqual({ problems, size }, { problems: [], size: { objects: 2, bytes: 40, checkedBytes: 40 } });
  });

  test('is read wholly when asked to, and not at all when asked to', async (t) => {
    const objects = { 'in/a.jsonl': lines(3), 'in/b.jsonl': 'no json\n' };
    const all = await checked(t, { objects, inspect: 'all' });
    assert.equal(all.size?.checkedBytes, 32);
    assert.match(all.problems[0]?.message ?? '', /^input: 1 record not JSON.*bucket\/in\/b\.jsonl:1/);
    const none = await checked(t, { objects, inspect: 'none' });
    assert.deepEqual(none.problems, []);
    assert.equal(none.size?.checkedBytes, 0);
    assert.equal(count(none.stub, 'GetObject'), 0);
  });

  test('of a manifest is what the manifest names', async (t) => {
    const { size, problems } = await checked(t, {
      objects: { 'list.json': '[{"prefix":"s3://bucket/in/"},"a.jsonl"]', 'in/a.jsonl': lines(1), 'in/b.jsonl': 'x' },
      changes: {
        input: { DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://bucket/list.json' } } },
      },
    });
    assert.deepEqual(problems, []);
    assert.equal(size?.objects, 1);
  });

  test('of a manifest is asked for its own bucket, too', async (t) => {
    const { step, stub } = await stubPlace(t, { 'in/a.jsonl': lines(1) });
    stub.region = 'eu-west-1';
    const folder = await temporaryFolder(t, { 'list.json': '[{"prefix":"s3://bucket/in/"},"a.jsonl"]' });
    const S3Uri = `file://${folder}/list.json`;
    const launch = launchWith({ input: { DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri } } } });
    const { problems } = await checkInput({ ...step, launch, inspect: 'none' }, reachable);
    assert.match(problems[0]?.message ?? '', /objects in the manifest is in eu-west-1/);
  });

  test('is not looked for in a bucket that is not there', async (t) => {
    const { step, stub } = await stubPlace(t);
    const unreachable = Promise.resolve({ problems: [], unreachable: new Set(['s3://bucket/']) });
    const found = await checkInput({ ...step, launch: launchWith(), inspect: 'sample' }, unreachable);
    assert.deepEqual(found, { problems: [], size: undefined });
    assert.deepEqual(stub.requests, []);
  });

  test('is not waited for when the launch was stopped', async (t) => {
    const { step, stub } = await stubPlace(t, { 'in/a.jsonl': lines(3) });
    stub.fail('GetObject', 'silent');
    const stop = new AbortController();
    const found = checkInput({ ...step, signal: stop.signal, launch: launchWith(), inspect: 'sample' }, reachable);
    setTimeout(() => stop.abort(new Error('stopped')), 100);
    await assert.rejects(found, /stopped/);
  });
});

describe('an input is wrong:', () => {
  const good = { 'in/a.jsonl': lines(3) };
  const cases: [name: string, world: World, severity: Problem['severity'], says: RegExp][] = [
    ['nothing has the prefix', { objects: {} }, 'failure', /No S3 objects found under S3 URL "s3:\/\/bucket\/in\/"/],
    ['nothing has a byte', { objects: { 'in/a': '', 'in/b': '' } }, 'failure', /not one of its 2 objects has a byte/],
    [
      'an output would replace an input',
      {
        objects: { 'in/a': '1', 'in/a.out': '1' },
        changes: { output: { S3OutputPath: 's3://bucket/in/' } },
      },
      'failure',
      /^TransformInput: the output of bucket\/in\/a, .* is itself an input/,
    ],
    [
      'the output lies in it',
      { objects: good, changes: { output: { S3OutputPath: 's3://bucket/in/out' } } },
      'failure',
      /the output \(s3:\/\/bucket\/in\/out\/a\.jsonl\.out\) would lie under it/,
    ],
    [
      'the output has the prefix without a slash',
      { objects: good, changes: { uri: 's3://bucket/in', output: { S3OutputPath: 's3://bucket/in-scored' } } },
      'failure',
      /end the prefix with a slash/,
    ],
    [
      'its output has its own name for a prefix',
      { objects: good, changes: { uri: 's3://bucket/in/a.jsonl', output: { S3OutputPath: 's3://bucket/in' } } },
      'failure',
      /in\/a\.jsonl\.out/,
    ],
    [
      'data capture lies in it',
      { objects: good, changes: { job: { DataCaptureConfig: { DestinationS3Uri: 's3://bucket/in/captured' } } } },
      'failure',
      /data capture/,
    ],
    [
      'the artifacts lie in it',
      { objects: good, changes: { launch: { model: { path: '/m', artifacts: 's3://bucket/in/models/' } } } },
      'failure',
      /the model archive/,
    ],
    [
      'a record is over the payload',
      { objects: { 'in/a.jsonl': `${lines(1)}"${'x'.repeat(1_100_000)}"\n` }, changes: { job: { MaxPayloadInMB: 1 } } },
      'failure',
      /1 record larger than MaxPayloadInMB.*a\.jsonl:2/,
    ],
    [
      'an object is over the payload',
      {
        objects: { 'in/a.json': `"${'x'.repeat(1_100_000)}"` },
        changes: {
          input: { SplitType: 'None' },
          job: {
            MaxPayloadInMB: 1,
            TransformInput: {
              DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in/' } },
              SplitType: 'None',
            },
          },
        },
      },
      'failure',
      /1 of 1 objects are larger than MaxPayloadInMB 1/,
    ],
    [
      'it is gzip, which the job does not say',
      { objects: { 'in/a.jsonl.gz': gzipSync(lines(3)) } },
      'failure',
      /CompressionType Gzip/,
    ],
    [
      'it is no gzip, which the job says',
      { objects: good, changes: { input: { CompressionType: 'Gzip' } } },
      'failure',
      /not gzip/,
    ],
    [
      'its gzip is broken',
      { objects: { 'in/a.gz': gzipSync(lines(3)).subarray(0, -12) }, changes: { input: { CompressionType: 'Gzip' } } },
      'failure',
      /broken as gzip/,
    ],
    ['lines are not JSON', { objects: { 'in/a.jsonl': `${lines(3)}oops\n` } }, 'hint', /1 record not JSON.*a\.jsonl:4/],
    [
      'compressed lines are not JSON',
      { objects: { 'in/a.jsonl.gz': gzipSync(`${lines(3)}oops\n`) }, changes: { input: { CompressionType: 'Gzip' } } },
      'hint',
      /1 record not JSON.*:4/,
    ],
    [
      'there are fewer objects than instances',
      { objects: good, changes: { resources: { InstanceCount: 4 } } },
      'hint',
      /InstanceCount is 4, but the input has 1 object.*shard: auto/,
    ],
    [
      'one object has nearly all bytes',
      {
        objects: { 'in/a': lines(90), 'in/b': lines(1), 'in/c': lines(1), 'in/d': lines(1) },
        changes: { resources: { InstanceCount: 4 } },
      },
      'hint',
      /bucket\/in\/a is 97 % of all input.*3 will wait/,
    ],
    [
      'shards are asked for, for one instance',
      { objects: good, changes: { launch: { shard: 'auto' } } },
      'hint',
      /shard: auto has no effect: InstanceCount is 1/,
    ],
    [
      'shards are asked for, of gzip',
      {
        objects: { 'in/a': gzipSync(lines(3)), 'in/b': gzipSync(lines(3)) },
        changes: { input: { CompressionType: 'Gzip' }, resources: { InstanceCount: 2 }, launch: { shard: 'auto' } },
      },
      'hint',
      /shard: auto has no effect: .*gzip/,
    ],
    [
      'there is an output already',
      { objects: { ...good, 'out/a.jsonl.out': '1' } },
      'hint',
      /the output is there already, such as s3:\/\/bucket\/out\/a\.jsonl\.out.*--resume/,
    ],
    [
      'there are outputs already',
      { objects: { ...good, 'in/b.jsonl': lines(1), 'out/a.jsonl.out': '1' } },
      'hint',
      /1 of 2 outputs that were looked for are there/,
    ],
  ];
  for (const [name, world, severity, says] of cases) {
    test(name, async (t) => {
      const { problems } = await checked(t, world);
      const found = problems.find(({ message }) => says.test(message));
      assert.equal(found?.severity, severity, JSON.stringify(problems));
      assert.equal(problems.length, 1, JSON.stringify(problems));
    });
  }

  test('but not for few objects when they are cut', async (t) => {
    const changes = { resources: { InstanceCount: 4 }, launch: { shard: 'auto' } } as const;
    assert.deepEqual((await checked(t, { objects: good, changes })).problems, []);
  });

  test('but also for few objects that cannot be cut', async (t) => {
    const changes = {
      resources: { InstanceCount: 4 },
      output: { AssembleWith: 'None' },
      launch: { shard: 'auto' },
    } as const;
    const { problems } = await checked(t, { objects: good, changes });
    assert.match(problems[0]?.message ?? '', /shard: auto has no effect: AssembleWith/);
    assert.match(problems[1]?.message ?? '', /the input has 1 object: .*split the objects, or set InstanceCount 1/);
  });

  test('but not where nobody may look at the outputs', async (t) => {
    const { step, stub } = await stubPlace(t, good);
    stub.fail('HeadObject', { status: 403, code: 'AccessDenied' });
    const found = await checkInput({ ...step, launch: launchWith(), inspect: 'none' }, reachable);
    assert.deepEqual(found.problems, []);
  });
});
