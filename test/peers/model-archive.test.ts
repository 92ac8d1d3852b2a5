import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { unpackModel } from '../../src/models/model-archive.ts';
import { openModelSource } from '../../src/sagemaker/model-archive/open-model-source.ts';
import { type ArchiveStep, provideArchive } from '../../src/sagemaker/model-archive/provide-archive.ts';
import { openStores } from '../../src/storage/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { credentials, region, type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const signal = AbortSignal.timeout(120_000);
const weights = randomBytes(20 * 1024 * 1024); // several parts, as nothing compresses it

describe('a model archive on a real S3 server', { skip: withoutVersitygw }, () => {
  let server: S3Server;
  before(async () => {
    server = await startVersitygw(['artifacts']);
  });
  after(() => server.close());

  const stepOf = async (t: TestContext, path: string): Promise<ArchiveStep> => {
    const openStore = openStores({ endpoint: server.url, region, credentials });
    const openModel = await openModelSource(path, { openStore, signal });
    t.after(() => openModel.close());
    return {
      openStore,
      signal,
      tell: () => undefined,
      name: 'large',
      model: { path, artifacts: 's3://artifacts/models' },
      openModel,
    };
  };
  const stored = async (key: string): Promise<Buffer> => {
    const { Body } = await server.client.send(new GetObjectCommand({ Bucket: 'artifacts', Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };

  test('is whole, and uploaded once', async (t) => {
    const folder = await temporaryFolder(t, { 'model.json': '{}', 'weights.bin': weights });
    const step = await stepOf(t, folder);
    const first = await provideArchive(step);
    const bytes = await stored(`models/large/${first.hash}/model.tar.gz`);
    assert.equal(createHash('sha256').update(gunzipSync(bytes)).digest('hex'), first.hash);
    const unpacked = join(await temporaryFolder(t), 'model');
    await unpackModel([bytes] as never, { name: 'it', folder: unpacked });
    assert.deepEqual(await provideArchive(step), { ...first, uploaded: false });
    await rm(unpacked, { recursive: true });
  });

  test('is the same by two at once', async (t) => {
    const folder = await temporaryFolder(t, { 'model.json': '[]', 'weights.bin': weights });
    const steps = await Promise.all([stepOf(t, folder), stepOf(t, folder)]);
    const [one, two] = await Promise.all(steps.map(provideArchive));
    assert.equal(one?.url, two?.url);
    assert.equal(one?.bytes, two?.bytes);
    const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: 'artifacts' }));
    assert.deepEqual(Uploads, []);
  });

  test('of somebody else is replaced', async (t) => {
    const folder = await temporaryFolder(t, { 'model.json': '{"v":1}' });
    const { hash } = await provideArchive(await stepOf(t, folder));
    const Key = `models/large/${hash}/model.tar.gz`;
    const ours = await stored(Key);
    const Metadata = { 'batchline-hash': hash, 'batchline-hashed-bytes': '2048' };
    await server.client.send(
      new PutObjectCommand({ Bucket: 'artifacts', Key, Body: 'of somebody else, and long enough', Metadata }),
    );
    assert.equal((await provideArchive(await stepOf(t, folder))).uploaded, true);
    assert.ok(ours.equals(await stored(Key)));
  });
});
