import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fetchDvc } from '../../src/storage/dvc/fetch-dvc.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { lacks, peerProgram } from './clients/run-client.ts';
import { credentials, region, type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

// examples/flag-combo as a DVC project, in a folder of its own below a git repository, as it is in this one.

const withoutDvc = lacks('dvc') || (spawnSync('git', ['--version']).status !== 0 && 'no git');
const realOutlets = resolve('../shared/data/zomato_bangalore_2022/outlets.jsonl.gz');
const realLabels = resolve('../shared/data/reference/flag_combo/zomato_300.tsv');

describe('the DVC project examples/flag-combo', { skip: withoutDvc || withoutVersitygw }, () => {
  let server: S3Server;
  before(async () => {
    server = await startVersitygw(['models']);
  });
  after(() => server.close());

  test('goes from outlets to a model, once', { timeout: 300_000 }, async (t) => {
    const project = await copyOfExample(t, server.url, 'whole-way');
    const first = project.dvc('repro');
    for (const stage of ['prepare', 'select_feature', 'train', 'validate'])
      assert.match(first, new RegExp(`Running stage '${stage}'`));
    assert.ok(JSON.parse(await project.read('evaluation/metrics.json')).f1 >= 0.9);
    project.commit('v1');
    const second = project.dvc('repro');
    assert.doesNotMatch(second, /Running/);
    assert.match(second, /up to date/);
    assert.equal(project.git('status', '--porcelain'), '', 'everything that DVC made is in git or ignored by it');

    project.dvc('push');
    const model = await filesBelow(join(project.folder, 'trained/model'));
    for (const made of ['.dvc/cache', 'prepared', 'selected', 'trained/model'])
      await rm(join(project.folder, made), { recursive: true });
    project.dvc('pull');
    assert.deepEqual(await filesBelow(join(project.folder, 'trained/model')), model);
    const cache = await temporaryFolder(t);
    const signal = AbortSignal.timeout(60_000);
    const fetched = await fetchDvc('dvc://trained/model@v1', { cwd: project.folder, cache, signal });
    assert.deepEqual(await filesBelow(fetched.path), model, 'without DVC, the very same');

    const { plots, page } = await plotsOf(project);
    for (const name of ['confusion', 'ROC', 'precision and recall', 'calibration'])
      assert.ok(plots.includes(name), `${name} among ${plots.join(', ')}`);
    assert.match(page, /"fpr"/);

    await project.replace('params.yaml', /min_df: 5/, 'min_df: 30');
    const changed = project.dvc('repro');
    assert.match(changed, /Stage 'select_feature' didn't change/);
    assert.match(changed, /Running stage 'train'/);
  });

  test('compares the metrics of commits, and stops at a gate', { timeout: 300_000 }, async (t) => {
    const project = await copyOfExample(t, server.url, 'metrics');
    project.dvc('repro');
    project.commit('v1');
    // Words of so many menus tell little.
    await project.replace('params.yaml', /min_df: 5/, 'min_df: 150');
    await project.replace('params.yaml', /test: 0.2/, 'test: 0.1');
    await project.replace('params.yaml', /min_f1: .*/, 'min_f1: 0.1');
    project.dvc('repro');
    const diff = JSON.parse(project.dvc('metrics', 'diff', '--json', 'v1'));
    const { f1 } = diff['evaluation/metrics.json'] ?? {};
    assert.equal(f1?.new, JSON.parse(await project.read('evaluation/metrics.json')).f1, JSON.stringify(diff));
    assert.notEqual(f1.old, f1.new);

    await project.replace('params.yaml', /min_f1: .*/, 'min_f1: 0.999');
    const { status, stderr } = project.tryDvc('repro');
    assert.notEqual(status, 0);
    assert.match(stderr, /min_f1[\s\S]*failed to reproduce 'validate'/);
  });

  test('takes outlets of its own', { timeout: 300_000, skip: missing(realOutlets) }, async (t) => {
    const project = await copyOfExample(t, server.url, 'real');
    const env = { BATCHLINE_OUTLETS: realOutlets, BATCHLINE_LABELS: realLabels };
    project.dvc('repro');
    const { status, stderr } = project.tryDvc('repro', { env: { BATCHLINE_OUTLETS: realOutlets } }, '-f', 'prepare');
    assert.notEqual(status, 0);
    assert.match(stderr, /prepare: expected both of BATCHLINE_OUTLETS and BATCHLINE_LABELS/);
    assert.equal(project.tryDvc('repro', { env }, '-f', 'prepare').status, 0);
    const lines = (await project.read('prepared/labels.tsv')).trimEnd().split('\n');
    assert.equal(lines.length, 301);
    project.dvc('repro'); // gates included
    const selected = (await project.read('selected/outlets.jsonl')).trimEnd().split('\n');
    assert.equal(selected.length, 300);
    assert.deepEqual(Object.keys(JSON.parse(selected[0] as string)), ['outlet_id', 'city', 'sure', 'menu', 'label']);
  });
});

interface Project {
  readonly folder: string;
  dvc(...args: string[]): string;
  tryDvc(
    command: string,
    ...args: (string | { env: Record<string, string> })[]
  ): { status: number | null; stderr: string };
  git(...args: string[]): string;
  commit(tag: string): void;
  read(file: string): Promise<string>;
  replace(file: string, what: RegExp, by: string): Promise<void>;
}

async function copyOfExample(t: TestContext, endpoint: string, prefix: string): Promise<Project> {
  const [root, home] = await Promise.all([temporaryFolder(t), temporaryFolder(t)]);
  const folder = join(root, 'examples/flag-combo');
  const made =
    /\/flag-combo\/(prepared|selected|evaluation|data|dvc\.lock|trained\/(model|search\.json)|\.dvc\/(tmp|cache|config\.local))$/;
  await cp(resolve('examples/flag-combo'), folder, { recursive: true, filter: (file) => !made.test(file) });
  // What the example reaches by ../../: this checkout's code, with its command.
  await mkdir(join(root, 'src/cli'), { recursive: true });
  await symlink(resolve('src/learning'), join(root, 'src/learning'));
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
  const main = resolve('src/cli/main.ts');
  await writeFile(
    join(root, 'src/cli/main.ts'),
    `import ${JSON.stringify(main)};
`,
  );
  await writeFile(join(root, '.gitignore'), '/node_modules\n');
  const bin = dirname(peerProgram('dvc', 'dvc'));
  const env = {
    PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: home,
    DVC_NO_ANALYTICS: '1',
    LC_ALL: 'C.UTF-8',
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env, encoding: 'utf8' }).trim();
  const spawn = (args: string[], more: Record<string, string> = {}) =>
    spawnSync(join(bin, 'dvc'), args, { cwd: folder, env: { ...env, ...more }, encoding: 'utf8' });
  git('init', '-q');
  git('config', 'user.name', 't');
  git('config', 'user.email', 't@example.com');
  const { accessKeyId, secretAccessKey } = credentials;
  const local = { url: `s3://models/${prefix}`, endpointurl: endpoint, region, access_key_id: accessKeyId };
  const lines = Object.entries({ ...local, secret_access_key: secretAccessKey });
  const settings = lines.map(([key, value]) => `    ${key} = ${value}\n`);
  await writeFile(join(folder, '.dvc/config.local'), `['remote "store"']\n${settings.join('')}`);
  git('add', '-A');
  git('commit', '-qm', 'example');
  const project: Project = {
    folder,
    git,
    dvc(...args) {
      const { status, stdout, stderr } = spawn(args);
      assert.equal(status, 0, `dvc ${args.join(' ')}\n${stdout}\n${stderr}`);
      return stdout + (args.includes('--json') ? '' : stderr);
    },
    tryDvc(command, ...args) {
      const more = Object.assign({}, ...args.map((arg) => (typeof arg === 'string' ? {} : arg.env)));
      const { status, stderr } = spawn([command, ...args.filter((arg) => typeof arg === 'string')], more);
      return { status, stderr };
    },
    commit(tag) {
      git('add', '-A');
      git('commit', '-qm', tag);
      git('tag', tag);
    },
    read: (file) => readFile(join(folder, file), 'utf8'),
    async replace(file, what, by) {
      const text = await project.read(file);
      assert.match(text, what);
      await writeFile(join(folder, file), text.replace(what, by));
    },
  };
  return project;
}

/** The plots that DVC finds, by name, and the page that it makes of them. */
async function plotsOf(project: Project): Promise<{ plots: string[]; page: string }> {
  const found = JSON.parse(project.dvc('plots', 'show', '--json'));
  project.dvc('plots', 'show', '--out', '../../plots');
  const page = await readFile(join(project.folder, '../../plots/index.html'), 'utf8');
  return { plots: Object.keys(found.data ?? found), page };
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'base64')]),
  );
  return Object.fromEntries(texts.sort());
}

function missing(file: string): string | false {
  return !existsSync(file) && `no ${file}`;
}
