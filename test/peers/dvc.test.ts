import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type FetchedDvc, fetchDvc } from '../../src/storage/dvc/fetch-dvc.ts';
import { failure } from '../support/stub-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { lacks, peerProgram } from './clients/run-client.ts';
import { type Moto, startMoto, withoutMoto } from './support/moto.ts';
import { credentials, region, type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

const withoutDvc = lacks('dvc') || (spawnSync('git', ['--version']).status !== 0 && 'no git');

describe('what DVC has pushed', { skip: withoutDvc || withoutVersitygw }, () => {
  let server: S3Server;
  before(async () => {
    server = await startVersitygw(['models']);
  });
  after(() => server.close());

  test('is fetched by revision, the older one too', async (t) => {
    const project = await dvcProject(t, server.url, 's3://models/by-revision');
    const [first, second] = [
      { 'model.json': '{"v":1}', 'w/ü 1.bin': 'one' },
      { 'model.json': '{"v":2}', 'w/ü 1.bin': 'one' },
    ];
    await project.write('model', first);
    project.dvc('add', 'model');
    const v1 = project.commit('v1');
    await project.write('model', second);
    project.dvc('add', 'model');
    const v2 = project.commit('v2');
    project.dvc('push', '--all-commits');
    await project.forget();
    const newer = await project.fetch('dvc://model@v2');
    const older = await project.fetch('dvc://model@v1');
    assert.deepEqual(await filesBelow(newer.path), second);
    assert.deepEqual(await filesBelow(older.path), first);
    assert.deepEqual([older.commit, newer.commit], [v1, v2]);
    assert.deepEqual(await filesBelow((await project.fetch('dvc://model')).path), second);
  });

  test('is fetched as DVC itself does, of a pipeline and of every odd name', async (t) => {
    const project = await dvcProject(t, server.url, 's3://models/pipeline/');
    const script = `const fs = require('fs'); fs.mkdirSync('out/sub', {recursive: true});
      for (const name of ['a b', '日本', 'x"y', 'é', 'sub/%41+', '\\u{1f600}']) fs.writeFileSync('out/' + name, name.repeat(3));
      fs.writeFileSync('metrics.json', '{"f1": 1}');`;
    await project.write('.', {
      'train.cjs': script,
      'dvc.yaml':
        'stages:\n  train:\n    cmd: node train.cjs\n    outs: [out]\n    metrics:\n    - metrics.json:\n        cache: false\n',
    });
    project.dvc('repro');
    project.commit('v1');
    project.dvc('push');
    const expected = await filesBelow(join(project.folder, 'out'));
    await project.forget();
    assert.deepEqual(await filesBelow((await project.fetch('dvc://out@v1')).path), expected);
    await assert.rejects(project.fetch('dvc://metrics.json@v1'), failure(/cache: false/));
    // The md5 that DVC gives a part of an output when it stands alone.
    await project.write('alone', { '%41+': expected['sub/%41+'] as string });
    project.dvc('add', 'alone');
    const { md5 } = await project.fetch('dvc://out/sub@v1');
    assert.ok((await readFile(join(project.folder, 'alone.dvc'), 'utf8')).includes(`md5: ${md5}.dir`));
  });

  test('and somebody has replaced is refused, which `dvc pull` does not', async (t) => {
    const project = await dvcProject(t, server.url, 's3://models/replaced');
    await project.write('.', { 'weights.bin': 'weights' });
    project.dvc('add', 'weights.bin');
    project.commit('v1');
    project.dvc('push');
    await project.forget();
    const { Contents = [] } = await server.client.send(
      new ListObjectsV2Command({ Bucket: 'models', Prefix: 'replaced/' }),
    );
    const key = Contents[0]?.Key as string;
    await server.client.send(new PutObjectCommand({ Bucket: 'models', Key: key, Body: 'WEIGHTS' }));
    await assert.rejects(
      project.fetch('dvc://weights.bin@v1'),
      failure(new RegExp(`s3://models/${key}: expected md5 .* it is damaged, or was replaced`)),
    );
    await rm(join(project.folder, 'weights.bin'));
    project.dvc('pull');
    assert.equal(await readFile(join(project.folder, 'weights.bin'), 'utf8'), 'WEIGHTS');
  });

  test('in the layout of DVC 2 is found where DVC 3 puts it', async (t) => {
    const project = await dvcProject(t, server.url, 's3://models/legacy');
    const text = 'good\r\nbad\r\n';
    const name = execFileSync('md5sum', { input: 'good\nbad\n', encoding: 'utf8' }).slice(0, 32);
    await project.write('.', {
      'old.txt': text,
      'old.txt.dvc': `outs:\n- md5: ${name}\n  size: ${text.length}\n  path: old.txt\n`,
      [`.dvc/cache/${name.slice(0, 2)}/${name.slice(2)}`]: text,
    });
    assert.match(project.dvc('status'), /up to date/);
    project.dvc('push');
    const { Body } = await server.client.send(
      new GetObjectCommand({ Bucket: 'models', Key: `legacy/${name.slice(0, 2)}/${name.slice(2)}` }),
    );
    assert.equal(await Body?.transformToString(), text);
    await project.forget();
    assert.equal(await readFile((await project.fetch('dvc://old.txt')).path, 'utf8'), text);
  });
});

describe('versions that DVC has pushed', { skip: withoutDvc || withoutMoto }, () => {
  let server: Moto;
  before(async () => {
    server = await startMoto();
  });
  after(() => server.close());

  test('are fetched, the older one too', async (t) => {
    const { S3Client, CreateBucketCommand, PutBucketVersioningCommand } = await import('@aws-sdk/client-s3');
    const client = new S3Client({ endpoint: server.url, region, credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'versions' }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket: 'versions', VersioningConfiguration: { Status: 'Enabled' } }),
    );
    client.destroy();
    const project = await dvcProject(t, server.url, 's3://versions/models');
    project.dvc('remote', 'modify', 'store', 'version_aware', 'true');
    for (const [tag, text] of [
      ['v1', 'older'],
      ['v2', 'newer'],
    ] as const) {
      await project.write('in', { 'one.txt': text });
      await project.write('in/model', { 'model.json': text, 'sub/w': 'same' });
      project.dvc('add', 'in/one.txt', 'in/model');
      project.dvc('push');
      project.commit(tag);
    }
    await project.forget();
    for (const [tag, text] of [
      ['v1', 'older'],
      ['v2', 'newer'],
    ] as const) {
      assert.equal(await readFile((await project.fetch(`dvc://in/one.txt@${tag}`)).path, 'utf8'), text);
      assert.deepEqual(await filesBelow((await project.fetch(`dvc://in/model@${tag}`)).path), {
        'model.json': text,
        'sub/w': 'same',
      });
    }
  });
});

interface Project {
  readonly folder: string;
  write(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs DVC. @returns what it wrote */
  dvc(...args: string[]): string;
  /** @returns the commit */
  commit(tag: string): string;
  /** Leaves nothing but what git and the remote have. */
  forget(): Promise<void>;
  fetch(uri: string): Promise<FetchedDvc>;
}

async function dvcProject(t: TestContext, endpoint: string, url: string): Promise<Project> {
  const [folder, home, cache] = await Promise.all([temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)]);
  const bin = dirname(peerProgram('dvc', 'dvc'));
  const env = {
    PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: home,
    DVC_NO_ANALYTICS: '1',
    LC_ALL: 'C.UTF-8',
  };
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const dvc = (...args: string[]): string => run(join(bin, 'dvc'), ...args);
  run('git', 'init', '-q');
  run('git', 'config', 'user.name', 't');
  run('git', 'config', 'user.email', 't@example.com');
  dvc('init', '-q');
  dvc('remote', 'add', '-q', '-d', 'store', url);
  // As `dvc remote modify` writes it, which takes a second a setting.
  await appendFile(join(folder, '.dvc/config'), `    endpointurl = ${endpoint}\n    region = ${region}\n`);
  const { accessKeyId, secretAccessKey } = credentials;
  const local = `['remote "store"']\n    access_key_id = ${accessKeyId}\n    secret_access_key = ${secretAccessKey}\n`;
  await writeFile(join(folder, '.dvc/config.local'), local);
  return {
    folder,
    dvc,
    async write(below, files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, below, name);
        await mkdir(dirname(path), { recursive: true });
        await rm(path, { force: true }); // it may be a link into the cache
        await writeFile(path, text);
      }
    },
    commit(tag) {
      run('git', 'add', '-A');
      run('git', 'commit', '-qm', tag);
      run('git', 'tag', tag);
      return run('git', 'rev-parse', 'HEAD');
    },
    async forget() {
      await rm(join(folder, '.dvc/cache'), { recursive: true, force: true });
    },
    fetch: (uri) => fetchDvc(uri, { cwd: folder, cache, signal: AbortSignal.timeout(60_000) }),
  };
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts.sort());
}
