import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { inspectSome } from '../../../src/sagemaker/preflight/inspect-some.ts';
import { type SampleLimits, sampleOf } from '../../../src/sagemaker/preflight/sample.ts';
import { defaultAssumptions } from '../../../src/transform/assumptions.ts';
import type { InspectSettings } from '../../../src/transform/inspect/facts.ts';
import type { InputObject } from '../../../src/transform/job.ts';
import { selectObjects } from '../../../src/transform/select/select-objects.ts';
import type { StubS3 } from '../../support/stub-s3.ts';
import { type Changes, launchWith } from './launches.ts';
import { type Objects, stubPlace } from './stub-place.ts';

const megabyte = 1024 * 1024;
const lines = (number: number, line = '{"a":1}'): string => `${line}\n`.repeat(number);
/** More than a chunk of what is read. */
const long = lines((3 * megabyte) / 8);
const limits: SampleLimits = { bytes: 1000, objects: 4, ms: 10_000 };
const lineSettings: InspectSettings = {
  contentType: undefined,
  splitType: 'Line',
  batchStrategy: 'MultiRecord',
  maxPayloadInMB: 6,
  instanceCount: 1,
  compressionType: 'None',
};

async function inputsOf(t: TestContext, objects: Objects, changes: Changes = {}) {
  const { step, stub } = await stubPlace(t, objects);
  const launch = launchWith(changes);
  const request = { TransformJobName: 'a', ModelName: 'a', ...launch.job };
  const selection = { request, assumptions: defaultAssumptions, openStore: step.openStore };
  return { inputs: await selectObjects(selection, step.signal), launch, step, stub };
}

async function sampled(inputs: readonly InputObject[], settings: Partial<InspectSettings> = {}, some = limits) {
  const { signal } = new AbortController();
  const sample = sampleOf(inputs, { ...lineSettings, ...settings }, { signal, limits: some });
  const read: Record<string, Buffer> = {};
  for (const { object, name } of sample.objects) {
    read[name] = Buffer.concat(await Array.fromAsync(sample.store.read(object, { signal })));
  }
  return { read, bytes: sample.bytes() };
}

describe('a sample', () => {
  test('is all of what is small', async (t) => {
    const { inputs } = await inputsOf(t, { 'in/a': lines(2), 'in/b': '', 'in/c': '1' });
    const { read, bytes } = await sampled(inputs);
    assert.deepEqual(Object.keys(read), ['bucket/in/a', 'bucket/in/c']);
    assert.equal(bytes, 17);
  });

  test('is the beginning of what is large, whole lines of it', async (t) => {
    const { inputs } = await inputsOf(t, { 'in/a': long });
    const { read, bytes } = await sampled(inputs);
    const text = read['bucket/in/a']?.toString() ?? '';
    assert.equal(text, lines(text.length / 8));
    assert.ok(text.length > 0 && bytes < long.length, `${text.length} ${bytes}`);
  });

  test('is the beginning of what is compressed, compressed again', async (t) => {
    const { inputs } = await inputsOf(t, { 'in/a': gzipSync(long) });
    const text = gunzipSync((await sampled(inputs, { compressionType: 'Gzip' })).read['bucket/in/a'] as Buffer);
    assert.ok(text.length > 0 && text.length < long.length);
    assert.equal(text.toString(), lines(text.length / 8));
  });

  test('leaves what is not compressed as it is', async (t) => {
    const { inputs } = await inputsOf(t, { 'in/a': lines(2) });
    assert.equal((await sampled(inputs, { compressionType: 'Gzip' })).read['bucket/in/a']?.toString(), lines(2));
  });

  test('is of the largest object, and of others far apart', async (t) => {
    const names = Array.from({ length: 12 }, (_, i) => `in/${String.fromCharCode(97 + i)}`);
    const objects = Object.fromEntries(names.map((name) => [name, lines(name === 'in/k' ? 9 : 1)]));
    const { inputs } = await inputsOf(t, objects);
    const { read } = await sampled(inputs);
    assert.deepEqual(Object.keys(read), ['bucket/in/a', 'bucket/in/e', 'bucket/in/i', 'bucket/in/k']);
  });

  test('takes what cannot be cut whole or not at all', async (t) => {
    const { inputs } = await inputsOf(t, {
      'in/a': 'x'.repeat(600),
      'in/b': 'x'.repeat(600),
      'in/c': 'x'.repeat(2000),
    });
    const { read } = await sampled(inputs, { splitType: 'None' });
    assert.deepEqual(
      Object.entries(read).map(([name, { length }]) => [name, length]),
      [['bucket/in/a', 600]],
    );
  });
});

describe('when the time is over', () => {
  const short = { ...limits, ms: 200 };
  const stalled = (stub: StubS3) => stub.fail('GetObject', { stallAt: 1 });

  test('lines end where they are', async (t) => {
    const { inputs, stub } = await inputsOf(t, { 'in/a': long });
    stalled(stub);
    assert.equal((await sampled(inputs, {}, short)).read['bucket/in/a']?.length, 0);
  });

  test('so do compressed lines', async (t) => {
    const { inputs, stub } = await inputsOf(t, { 'in/a': gzipSync(long) });
    stalled(stub);
    const { read } = await sampled(inputs, { compressionType: 'Gzip' }, short);
    assert.equal(gunzipSync(read['bucket/in/a'] as Buffer).length, 0);
  });

  for (const compressionType of ['None', 'Gzip'] as const) {
    test(`nothing is wrong with lines that were not seen, CompressionType ${compressionType}`, async (t) => {
      const body = compressionType === 'Gzip' ? gzipSync(long) : long;
      const { inputs, stub, launch, step } = await inputsOf(
        t,
        { 'in/a': body },
        { input: { CompressionType: compressionType } },
      );
      stalled(stub);
      const found = await inspectSome(inputs, { ...step, launch, inspect: 'sample', limits: short });
      assert.deepEqual(found.problems, []);
    });
  }

  test('a document was not looked into', async (t) => {
    const changes = { input: { SplitType: 'None' } } as const;
    const { inputs, stub, launch, step } = await inputsOf(t, { 'in/a': '[1,2]' }, changes);
    stalled(stub);
    const found = await inspectSome(inputs, { ...step, launch, inspect: 'sample', limits: short });
    assert.match(found.problems[0]?.message ?? '', /not looked into: 0.2 s were over/);
    assert.equal(found.problems[0]?.severity, 'hint');
  });

  test('what cannot be read at all is a failure', async (t) => {
    const { inputs, stub, launch, step } = await inputsOf(t, { 'in/a': long });
    stub.fail('GetObject', { status: 403, code: 'AccessDenied' });
    const found = await inspectSome(inputs, { ...step, launch, inspect: 'sample', limits });
    assert.match(found.problems[0]?.message ?? '', /cannot be read.*AccessDenied/);
    assert.equal(found.problems[0]?.severity, 'failure');
  });
});
