import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type OpenStore, openStores } from '../../src/storage/open-store.ts';
import { contentOf, objectAt, objectStoreContract, put } from '../contracts/object-store.ts';
import { type FaultyNetwork, startToxiproxy, withoutToxiproxy } from './support/toxiproxy.ts';
import { type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const signal = AbortSignal.timeout(300_000);
const mebibyte = 1024 * 1024;
const large = randomBytes(30 * mebibyte + 5);

describe('on a real S3 server', { skip: withoutVersitygw }, () => {
  let server: S3Server;
  let open: OpenStore;
  before(async () => {
    server = await startVersitygw(['inputs']);
    Object.assign(process.env, server.environment);
    open = openStores();
  });
  after(() => server.close());

  const uploads = async (): Promise<(string | undefined)[]> => {
    const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: 'inputs' }));
    return Uploads.map(({ Key }) => Key);
  };

  objectStoreContract({
    name: 'S3',
    skipReplacedMetadata: 'versitygw with --sidecar keeps the metadata of the object that was replaced',
    async open() {
      const { store, key } = open(`s3://inputs/${randomUUID()}/`);
      return { store, base: key };
    },
  });

  it('lists thousands of objects, in order', async () => {
    const { store } = open('s3://inputs/');
    const keys = Array.from({ length: 2100 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 20) {
      await Promise.all(keys.slice(at, at + 20).map((key) => put(store, key, [Buffer.from(key)])));
    }
    const found = await Array.fromAsync(store.list('many/', signal));
    assert.deepEqual(
      found.map(({ key }) => key),
      keys,
    );
  });

  it('checks what others have stored by its checksum, and stores what others can check', async () => {
    const { store } = open('s3://inputs/');
    await server.client.send(new PutObjectCommand({ Bucket: 'inputs', Key: 'theirs', Body: large }));
    assert.ok((await contentOf(store, await objectAt(store, 'theirs'))).equals(large));
    await put(store, 'ours', [large]);
    const { Body } = await server.client.send(new GetObjectCommand({ Bucket: 'inputs', Key: 'ours' }));
    assert.ok(large.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0)));
  });

  it('has an upload under way while a large object is written, and none after it', async () => {
    const { store } = open('s3://inputs/');
    for (const end of ['commit', 'discard', 'restart'] as const) {
      const writer = await store.create('under-way', { signal });
      await writer.append([large]);
      await until(async () => (await uploads()).includes('under-way'));
      await writer[end]();
      assert.deepEqual(await uploads(), [], `after ${end}`);
    }
  });

  it('removes what a killed process left', async () => {
    const { store } = open('s3://inputs/');
    const script = `
      import { openStores } from './src/storage/open-store.ts';
      const { store, key } = openStores()('s3://inputs/killed');
      const writer = await store.create(key, { signal: AbortSignal.timeout(60000) });
      await writer.append([Buffer.alloc(${30 * mebibyte})]);
      console.log('written');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await until(async () => (await uploads()).includes('killed'));
    assert.equal(await store.head('killed', signal), undefined);
    // A part that the server still had in hand brings the upload back, also after it was gone.
    await until(async () => {
      await store.removeUnfinished?.('killed', signal);
      await sleep(300);
      return !(await uploads()).includes('killed');
    });
    assert.deepEqual(await uploads(), []);
  });

  it('refuses wrong credentials without telling them', async () => {
    const { AWS_SECRET_ACCESS_KEY } = process.env;
    process.env['AWS_SECRET_ACCESS_KEY'] = 'not-the-secret';
    const { store, key } = openStores()('s3://inputs/a');
    await assert.rejects(Array.fromAsync(store.list(key, signal)), (error: Error) => {
      assert.match(
        error.message,
        /^s3:\/\/inputs\/a: ListObjectsV2 failed: SignatureDoesNotMatch.*check the credentials/,
      );
      assert.doesNotMatch(error.message, /not-the-secret/);
      return true;
    });
    process.env['AWS_SECRET_ACCESS_KEY'] = AWS_SECRET_ACCESS_KEY;
  });

  it('says that a bucket is missing', async () => {
    const { store } = open('s3://nowhere/');
    const said = { code: 'INVALID_INPUT', message: /^s3:\/\/nowhere\/a: PutObject failed: NoSuchBucket/ };
    await assert.rejects(put(store, 'a', []), said);
    await assert.rejects(Array.fromAsync(store.list('', signal)), { code: 'INVALID_INPUT', message: /NoSuchBucket/ });
  });

  describe('over a network with faults', { skip: withoutToxiproxy }, () => {
    let network: FaultyNetwork;
    let faulty: OpenStore;
    before(async () => {
      network = await startToxiproxy(server.port);
      faulty = openStores({ endpoint: network.url, timeoutMs: 1500 });
    });
    afterEach(() => network.heal());
    after(() => network.close());

    /** Type, attributes, and for how long. */
    const faults: [about: string, type: string, attributes: Record<string, number>, ms: number][] = [
      ['connections that end after 3 MB', 'limit_data', { bytes: 3_000_000 }, 2000],
      ['connections that are reset after 0.1 s', 'reset_peer', { timeout: 100 }, 1000],
      ['a server that stops answering', 'timeout', { timeout: 0 }, 2500],
      ['40 MB a second', 'bandwidth', { rate: 40_000 }, 60_000],
      ['0.1 s of latency', 'latency', { latency: 100, jitter: 50 }, 60_000],
      ['small pieces', 'slicer', { average_size: 3000, size_variation: 2000, delay: 1 }, 1000],
    ];
    for (const stream of ['downstream', 'upstream'] as const) {
      for (const [about, type, attributes, ms] of faults) {
        it(`gives and takes the right bytes with ${about}, ${stream}`, async () => {
          const { store } = faulty('s3://inputs/');
          const direct = open('s3://inputs/').store;
          await put(direct, 'faulty-in', [large]);
          await network.poison(type, attributes, stream);
          const healing = sleep(ms, undefined, { ref: false }).then(() => network.heal());
          assert.ok((await contentOf(store, await objectAt(store, 'faulty-in'))).equals(large), 'read other bytes');
          await put(store, 'faulty-out', [large]);
          if (ms < 10_000) await healing;
          assert.ok((await contentOf(direct, await objectAt(direct, 'faulty-out'))).equals(large), 'wrote other bytes');
          assert.deepEqual(await uploads(), []);
        });
      }
    }

    it('outlasts 1 s without a server, while it reads and while it writes', async () => {
      const { store } = faulty('s3://inputs/');
      await put(store, 'outage-in', [large]);
      await network.poison('bandwidth', { rate: 20_000 });
      await network.poison('bandwidth', { rate: 20_000 }, 'upstream');
      const reading = contentOf(store, await objectAt(store, 'outage-in'));
      const writing = put(store, 'outage-out', [large]);
      await sleep(200);
      await network.setDown(true);
      await sleep(1000);
      await network.setDown(false);
      assert.ok((await reading).equals(large));
      await writing;
      assert.ok((await contentOf(store, await objectAt(store, 'outage-out'))).equals(large));
      assert.deepEqual(await uploads(), []);
    });

    it('fails within its time when the server stays away, and says so', async () => {
      const { store } = openStores({ endpoint: network.url, timeoutMs: 500, tries: 3 })('s3://inputs/');
      await put(store, 'away', [large]);
      const object = await objectAt(store, 'away');
      await network.poison('timeout', { timeout: 0 });
      const start = performance.now();
      await assert.rejects(contentOf(store, object), {
        message: /^s3:\/\/inputs\/away: GetObject failed: (TimeoutError|ECONNRESET)/,
      });
      assert.ok(performance.now() - start < 10_000);
    });

    it('ends at once with the signal, and leaves no upload', async () => {
      const { store } = faulty('s3://inputs/');
      const stop = new AbortController();
      const writer = await store.create('stopped', { signal: stop.signal });
      await network.poison('bandwidth', { rate: 2000 }, 'upstream');
      const writing = writer.append([large]).then(() => writer.commit());
      await until(async () => (await uploads()).includes('stopped'));
      stop.abort(new Error('enough'));
      await assert.rejects(writing, { message: 'enough' });
      const start = performance.now();
      await writer.discard();
      assert.ok(performance.now() - start < 4500);
      assert.deepEqual(await uploads(), []);
      assert.equal(await store.head('stopped', signal), undefined);
    });
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!(await holds())) await sleep(10, undefined, { signal: deadline });
}
