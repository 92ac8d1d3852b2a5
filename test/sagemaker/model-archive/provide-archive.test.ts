import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { create } from 'tar';
import { openModelSource } from '../../../src/sagemaker/model-archive/open-model-source.ts';
import { type ArchiveStep, planArchive, provideArchive } from '../../../src/sagemaker/model-archive/provide-archive.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { type StubS3, stubS3 } from '../../support/stub-s3.ts';
import { count, failure } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const files = { 'model.json': '{}', 'code/inference.mjs': 'export const predict = (batch) => batch;\n' };

describe('the archive of a folder', () => {
  test('is uploaded once, under its hash', async (t) => {
    const { stub, step, events } = await launch(t, await temporaryFolder(t, files));
    const first = await provideArchive(step);
    const key = `bucket/models/demo/${first.hash}/model.tar.gz`;
    assert.equal(first.url, `s3://${key}`);
    assert.equal(first.uploaded, true);
    const stored = stub.objects.get(key)?.body as Buffer;
    assert.equal(first.bytes, stored.length);
    assert.equal(first.hash, sha256(gunzipSync(stored)));
    assert.equal(stub.objects.get(key)?.metadata['batchline-hash'], first.hash);
    assert.deepEqual(await provideArchive(step), { ...first, uploaded: false });
    assert.equal(count(stub, 'PutObject'), 1);
    const told = events.filter(({ event }) => event === 'archive').map(({ details }) => details?.['uploaded']);
    assert.deepEqual(told, [true, false]);
  });

  test('is the same wherever and whenever the folder was written', async (t) => {
    const one = await temporaryFolder(t, { a: '1', 'b/c': '2', 'b.x': '3', run: '#!' });
    const other = await temporaryFolder(t, {
      run: '#!',
      'b.x': '3',
      'b/c': '2',
      a: '1',
      '.DS_Store': 'x',
      '.git/HEAD': '',
    });
    await chmod(join(one, 'run'), 0o700);
    await chmod(join(other, 'run'), 0o775);
    await chmod(join(other, 'a'), 0o600);
    await utimes(join(other, 'a'), 1, 1);
    const packed = await Promise.all([one, other].map((folder) => packedBytes(t, folder)));
    assert.ok(packed[0]?.equals(packed[1] as Buffer));
    assert.deepEqual(await unpacked(t, packed[0] as Buffer), ['a 644', 'b.x 644', 'b/c 644', 'run 755']);
    // So that what a change of packages changes is seen: it would upload every model once more.
    assert.equal(sha256(packed[0] as Buffer), '7cfda2b98c8ff87aa52edcded2d701dd95e284910ef2e2076998de97a15e976d');
  });

  test('has long paths, other scripts, empty files and empty folders, and what links lead to', async (t) => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`;
    const folder = await temporaryFolder(t, { [long]: 'long', 'ü/日本': 'x', empty: '', 'real/file': 'linked' });
    await mkdir(join(folder, 'nothing/inside'), { recursive: true });
    await symlink('real/file', join(folder, 'link'));
    await symlink('real', join(folder, 'folder-link'));
    const found = await unpacked(t, await packedBytes(t, folder));
    const expected = [long, 'empty', 'folder-link/file', 'link', 'nothing/inside/', 'real/file', 'ü/日本'];
    assert.deepEqual(
      found.map((line) => line.split(' ')[0]),
      expected,
    );
  });

  test('is whole when it is longer than what is read at a time', async (t) => {
    const content = Buffer.alloc(3_000_001, 'weights, weights\n');
    const bytes = await packedBytes(t, await temporaryFolder(t, { 'model.json': '{}', w: content }));
    assert.ok(bytes.includes(content));
    assert.equal(bytes.length % 512, 0);
  });

  const broken: [name: string, prepare: (folder: string) => Promise<unknown>, message: RegExp][] = [
    ['an empty folder', async () => undefined, /expected the files of a model, received none/],
    ['a folder of folders', (folder) => mkdir(join(folder, 'a')), /received none/],
    [
      'a link that leads out',
      (folder) => symlink('/etc/hosts', join(folder, 'x')),
      /"x": expected a link to a path within the folder, received one to "\/etc\/hosts"/,
    ],
    ['a link to nothing', (folder) => symlink('y', join(folder, 'x')), /"x" is a link to nothing/],
    ['a link to itself', (folder) => symlink('x', join(folder, 'x')), /"x" is a link to itself/],
    ['links that go round', (folder) => symlink('.', join(folder, 'x')), /"x" is a link to a folder that it is in/],
  ];
  for (const [name, prepare, message] of broken) {
    test(`is refused of ${name}`, async (t) => {
      const folder = await temporaryFolder(t);
      await prepare(folder);
      const { step, stub } = await launch(t, folder);
      await assert.rejects(provideArchive(step), failure(message));
      assert.equal(stub.objects.size, 0);
    });
  }

  test('is uploaded again where another object, or half of one, is in its place', async (t) => {
    const { stub, step } = await launch(t, await temporaryFolder(t, files));
    const { url } = await provideArchive(step);
    const path = url.slice('s3://'.length);
    const whole = stub.objects.get(path) as NonNullable<ReturnType<StubS3['objects']['get']>>;
    const wrong = [
      { ...whole, body: whole.body.subarray(0, -1) },
      { ...whole, body: Buffer.from('short') },
      { ...whole, metadata: {} },
    ];
    for (const object of wrong) {
      stub.objects.set(path, object);
      assert.equal((await provideArchive(step)).uploaded, true);
      assert.ok(stub.objects.get(path)?.body.equals(whole.body));
    }
  });

  test('is not stored when the folder changes meanwhile', async (t) => {
    const folder = await temporaryFolder(t, files);
    const { stub, step } = await launch(t, folder);
    const changing = provideArchive({
      ...step,
      openStore: (uri) => {
        const { store, key } = step.openStore(uri);
        const head: typeof store.head = async (...args) => {
          await writeFile(join(folder, 'model.json'), '[]');
          return store.head(...args);
        };
        return { store: { ...store, head }, key };
      },
    });
    await assert.rejects(changing, failure(/it changed while it was uploaded; nothing was stored/));
    assert.equal(stub.objects.size, 0);
  });

  test('is planned without being uploaded', async (t) => {
    const { stub, step } = await launch(t, await temporaryFolder(t, files));
    const { archive, calls } = await planArchive(step);
    assert.equal(stub.objects.size, 0);
    const [call] = calls;
    assert.equal(call?.call, 's3.PutObject');
    assert.partialDeepStrictEqual(call?.body, { Bucket: 'bucket', Key: `models/demo/${archive.hash}/model.tar.gz` });
    const { url, hash } = await provideArchive(step);
    assert.deepEqual(await planArchive(step), { archive: { url, hash }, calls: [] });
    assert.deepEqual(archive, { url, hash });
  });

  test('of another server than was asked for is an error', async (t) => {
    const { step } = await launch(t, await temporaryFolder(t, files));
    const forgetful: ArchiveStep = {
      ...step,
      openStore: (uri) => {
        const { store, key } = step.openStore(uri);
        return { store: { ...store, head: async () => undefined }, key };
      },
    };
    await assert.rejects(
      provideArchive(forgetful),
      failure(/expected the archive that was uploaded, \d+ bytes of hash .* received another object, or none/),
    );
  });

  test('needs to know where to', async (t) => {
    const { step } = await launch(t, await temporaryFolder(t, files));
    const nowhere = { ...step, model: { ...step.model, artifacts: undefined } };
    await assert.rejects(provideArchive(nowhere), failure(/expected artifacts, s3:\/\/bucket\/prefix\//));
  });

  test('ends by the signal', async (t) => {
    const { step } = await launch(t, await temporaryFolder(t, files));
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(provideArchive({ ...step, signal }), { message: 'enough' });
  });
});

describe('an archive that is given', () => {
  test('as a file is uploaded as it is', async (t) => {
    const source = await temporaryFolder(t, files);
    const path = join(await temporaryFolder(t), 'model.tar.gz');
    await create({ cwd: source, gzip: true, file: path }, ['.']);
    const { stub, step } = await launch(t, path);
    const { hash, url, uploaded } = await provideArchive(step);
    assert.equal(hash, sha256(await readFile(path)));
    assert.ok(stub.objects.get(url.slice('s3://'.length))?.body.equals(await readFile(path)));
    assert.equal(uploaded, true);
    assert.equal((await provideArchive(step)).uploaded, false);
    assert.equal(await readFile(join(step.openModel.folder as string, 'model.json'), 'utf8'), '{}');
  });

  test('as a plain tar is refused', async (t) => {
    const path = join(await temporaryFolder(t), 'model.tar');
    await create({ cwd: await temporaryFolder(t, files), file: path }, ['.']);
    const { step } = await launch(t, path);
    await assert.rejects(provideArchive(step), failure(/expected a tar compressed by gzip.*gzip model\.tar$/));
  });

  test('on S3 is taken as it is', async (t) => {
    const { stub, step } = await launch(t, 's3://bucket/mine/model.tar.gz');
    await assert.rejects(
      provideArchive(step),
      failure(/^s3:\/\/bucket\/mine\/model.tar.gz: .*there is no such object/),
    );
    stub.put('bucket/mine/model.tar.gz', 'anything');
    const { etag } = stub.objects.get('bucket/mine/model.tar.gz') as { etag: string };
    const url = 's3://bucket/mine/model.tar.gz';
    assert.deepEqual(await provideArchive(step), { url, hash: etag, bytes: 8, uploaded: false });
    assert.deepEqual(await planArchive(step), { archive: { url, hash: etag }, calls: [] });
  });
});

async function launch(t: TestContext, path: string) {
  const stub = await stubS3(t);
  const openStore = openStores({ endpoint: stub.url, firstPauseMs: 2 });
  const signal = AbortSignal.timeout(60_000);
  const openModel = await openModelSource(path, { openStore, signal });
  t.after(() => openModel.close());
  const events: LaunchEvent[] = [];
  const tell = (event: LaunchEvent): void => void events.push(event);
  const step: ArchiveStep = {
    openStore,
    signal,
    tell,
    name: 'demo',
    model: { path, artifacts: 's3://bucket/models/' },
    openModel,
  };
  return { stub, step, events };
}

/** The tar. */
async function packedBytes(t: TestContext, folder: string): Promise<Buffer> {
  const { stub, step } = await launch(t, folder);
  const { url } = await provideArchive(step);
  return gunzipSync(stub.objects.get(url.slice('s3://'.length))?.body as Buffer);
}

/** Paths and modes, as tar lists them. */
async function unpacked(t: TestContext, packed: Buffer): Promise<string[]> {
  const { list } = await import('tar');
  const file = join(await temporaryFolder(t, { 'a.tar.gz': gzipSync(packed) }), 'a.tar.gz');
  const found: string[] = [];
  await list({ file, strict: true, onReadEntry: ({ path, mode }) => found.push(`${path} ${mode?.toString(8)}`) });
  return found;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
