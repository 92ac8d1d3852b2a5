import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { transform } from '../scenarios/command.ts';
import { interruptAndResume, killAndResume, type Place, slowContainer } from '../scenarios/kill-and-resume.ts';
import { type Fault, stubS3 } from '../support/stub-s3.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { type FaultyNetwork, startToxiproxy, withoutToxiproxy } from './support/toxiproxy.ts';
import { credentials, type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const bucket = 'jobs';
const line = `${'x'.repeat(99)}\n`;
/** Some of several parts, some of several mini-batches, some small. */
const inputs = Object.fromEntries(
  [120_000, 10, 30_000, 1, 180_000, 5, 25_000, 2, 100].map((lines, index) => [
    `${index}.csv`,
    `${index}\n${line.repeat(lines)}`,
  ]),
);

describe('jobs from S3 to S3', { skip: withoutVersitygw }, () => {
  let s3: S3Server;
  before(async () => {
    s3 = await startVersitygw([bucket]);
  });
  after(() => s3.close());

  /** Inputs in a place of their own. */
  async function placeWith(objects: Readonly<Record<string, string>>, endpoint = s3.url): Promise<Place> {
    const root = randomUUID();
    for (const [name, Body] of Object.entries(objects)) {
      await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: `${root}/in/${name}`, Body }));
    }
    const out = `${root}/out/`;
    return {
      args: ['--input', `s3://${bucket}/${root}/in/`, '--output', `s3://${bucket}/${out}`],
      env: { ...s3.environment, AWS_ENDPOINT_URL_S3: endpoint },
      async outputs() {
        const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: out }));
        const visible = Contents.filter(({ Key }) => Key?.endsWith('.out'));
        const contents = visible.map(async ({ Key = '' }) => {
          const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
          return [Key.slice(out.length, -'.out'.length), await Body?.transformToString()];
        });
        return Object.fromEntries(await Promise.all(contents)) as Record<string, string>;
      },
      async leftovers() {
        const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: out }));
        return Uploads.map(({ Key = '' }) => Key);
      },
    };
  }

  describe('killed and resumed', { concurrency: 2 }, () => {
    for (const afterRequests of [1, 10, 22, 1 + Math.floor(Math.random() * 35), 1 + Math.floor(Math.random() * 35)]) {
      it(`after ${afterRequests} requests`, async (t) => {
        await killAndResume(t, { place: await placeWith(inputs), inputs, afterRequests });
      });
    }
  });

  it('end within 5 s of Ctrl-C, and leave no upload', async (t) => {
    await interruptAndResume(t, { place: await placeWith(inputs), inputs, afterRequests: 10 });
  });

  it('with a wrong secret: S3 says so, and nobody says the secret', async (t) => {
    const place = await placeWith({ 'a.csv': 'a\n' });
    const env = { ...place.env, AWS_SECRET_ACCESS_KEY: 'quite-wrong' };
    const { status, stderr, left } = await transform(t, [...place.args, '--url', 'http://127.0.0.1:1'], { env });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /ListObjectsV2 failed: SignatureDoesNotMatch.*check the credentials/);
    assert.ok(!stderr.includes('quite-wrong') && !stderr.includes(credentials.secretAccessKey), stderr);
    assert.deepEqual(left, []);
  });

  it('into a bucket that is not there: every object says so', async (t) => {
    const { args, env } = await placeWith({ 'a.csv': 'a\n', 'b.csv': line.repeat(100_000) });
    const { url } = await stubContainer(t);
    const more = ['--output', 's3://nowhere/out/', '--url', url.href, '--no-report'];
    const { status, stderr, left } = await transform(t, [...args, ...more], { env });
    assert.equal(status, 1, stderr);
    assert.match(
      stderr,
      /^failed: .*\/a\.csv: s3:\/\/nowhere\/out\/a\.csv\.out: PutObject failed: NoSuchBucket.*create the bucket/m,
    );
    assert.match(stderr, /^failed: .*\/b\.csv: s3:\/\/nowhere\/out\/b\.csv\.out: .*NoSuchBucket/m);
    assert.deepEqual(left, []);
  });

  describe('over a network with faults', { skip: withoutToxiproxy }, () => {
    let network: FaultyNetwork;
    before(async () => {
      network = await startToxiproxy(s3.port);
    });
    afterEach(() => network.heal());
    after(() => network.close());

    const passing: [about: string, type: string, attributes: Record<string, number>, ms: number][] = [
      ['resets in the middle of bodies', 'reset_peer', { timeout: 150 }, 1500],
      ['bodies that are cut off', 'limit_data', { bytes: 2_000_000 }, 2000],
      ['20 MB a second', 'bandwidth', { rate: 20_000 }, 20_000],
      ['a server that stops answering for 3 s', 'timeout', { timeout: 0 }, 3000],
    ];
    for (const [about, type, attributes, ms] of passing) {
      it(`has the same bytes with ${about}`, async (t) => {
        const place = await placeWith(inputs, network.url);
        const container = await slowContainer(t, 5);
        const done = new AbortController();
        t.after(() => done.abort());
        const ended = await transform(t, [...place.args, '--url', container.url.href, '--no-report'], {
          env: place.env,
          limitMs: 120_000,
          during: async () => {
            while (container.requests.length === 0) await sleep(5);
            await network.poison(type, attributes);
            void sleep(ms, undefined, { signal: done.signal }).then(
              () => network.heal(),
              () => undefined,
            );
          },
        });
        assert.equal(ended.status, 0, ended.stderr);
        assert.deepEqual(await place.outputs(), inputs);
        assert.deepEqual(await place.leftovers(), []);
        assert.deepEqual(ended.left, []);
      });
    }

    it('fails what is left when S3 goes away for good, and says what to do', async (t) => {
      const few = { '0.csv': line.repeat(180_000), '1.csv': line, '2.csv': line };
      const place = await placeWith(few, network.url);
      const container = await slowContainer(t, 5);
      const ended = await transform(t, [...place.args, '--url', container.url.href, '--no-report'], {
        env: place.env,
        limitMs: 180_000,
        during: async () => {
          while (container.requests.length < 2) await sleep(5);
          await network.setDown(true);
        },
      });
      await network.setDown(false);
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, /^failed: .*\.csv: .*ECONNREFUSED.*check AWS_ENDPOINT_URL_S3/m);
      assert.match(ended.stderr, /^Failed: 0 of 3 objects scored$/m);
      assert.deepEqual(await place.outputs(), {});
      assert.deepEqual(ended.left, []);
      const resumed = await transform(
        t,
        [...place.args, '--url', container.url.href, '--no-report', '--resume'],
        place,
      );
      assert.equal(resumed.status, 0, resumed.stderr);
      assert.deepEqual(await place.outputs(), few);
      assert.deepEqual(await place.leftovers(), []);
    });
  });
});

describe('an S3 that fails for good, or long', { concurrency: 4 }, () => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };
  const internal: Fault = { status: 500, code: 'InternalError' };
  const slowDown: Fault = { status: 503, code: 'SlowDown' };
  it('stalls in the middle of a body: that is given up after 30 s, and resumed', async (t) => {
    const stub = await stubS3(t);
    stub.put('bucket/in/a.csv', line.repeat(50_000));
    stub.fail('GetObject', { stallAt: 3_000_000 });
    const { url } = await stubContainer(t);
    const args = ['--input', 's3://bucket/in/', '--output', 's3://bucket/out/', '--url', url.href, '--no-report'];
    const ended = await transform(t, args, { env: { ...keys, AWS_ENDPOINT_URL_S3: stub.url } });
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(stub.objects.get('bucket/out/a.csv.out')?.body.toString(), line.repeat(50_000));
    assert.ok(stub.requests.includes('GetObject bucket/in/a.csv bytes=3000000-4999999'), stub.requests.join());
    assert.deepEqual(ended.left, []);
  });

  const cases: [operation: string, fault: Fault, message: RegExp][] = [
    ['GetObject', internal, /^failed: bucket\/in\/a\.csv: s3:\/\/bucket\/in\/a\.csv: GetObject failed: InternalError/m],
    [
      'PutObject',
      slowDown,
      /^failed: bucket\/in\/a\.csv: s3:\/\/bucket\/out\/a\.csv\.out: PutObject failed: SlowDown.*fewer requests/m,
    ],
    ['ListObjectsV2', slowDown, /^batchline: s3:\/\/bucket\/in\/: ListObjectsV2 failed: SlowDown.*fewer requests/m],
  ];
  for (const [operation, fault, message] of cases) {
    it(`by ${operation}`, async (t) => {
      const stub = await stubS3(t);
      stub.put('bucket/in/a.csv', 'a\n');
      stub.fail(operation, ...Array<Fault>(100).fill(fault));
      const { url } = await stubContainer(t);
      const args = ['--input', 's3://bucket/in/', '--output', 's3://bucket/out/', '--url', url.href, '--no-report'];
      const ended = await transform(t, args, { env: { ...keys, AWS_ENDPOINT_URL_S3: stub.url } });
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, message);
      assert.deepEqual([...stub.objects.keys()], ['bucket/in/a.csv']);
      assert.equal(stub.uploads.size, 0);
      assert.deepEqual(ended.left, []);
    });
  }
});
