import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { parseDvcUri } from '../../../src/storage/dvc/parse-dvc-uri.ts';
import { type DvcOutput, resolveDvc } from '../../../src/storage/dvc/resolve-dvc.ts';
import { failure } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type DvcTestProject, dvcProject } from './dvc-project.ts';

const signal = AbortSignal.timeout(60_000);
const [one, two] = ['0123456789abcdef0123456789abcdef', '00000000000000000000000000000e10'];

describe('an output is found', () => {
  const cases: [name: string, files: Record<string, string>, path: string, place: string][] = [
    ['in its own .dvc file', { 'm/a.bin.dvc': dvcFile({ path: 'a.bin' }) }, 'm/a.bin', 'm/a.bin.dvc: outs[0]'],
    ['in another .dvc file', { 'x/other.dvc': dvcFile({ path: '../m/a.bin' }) }, 'm/a.bin', 'x/other.dvc: outs[0]'],
    [
      'in a .dvc file with a wdir',
      { 'x/o.dvc': `wdir: ../m\n${dvcFile({ path: 'a.bin' })}` },
      'm/a.bin',
      'x/o.dvc: outs[0]',
    ],
    [
      'in the lock file beside it',
      { 'm/dvc.lock': lockFile('train', 'a.bin') },
      'm/a.bin',
      'm/dvc.lock: stages.train.outs[0]',
    ],
    [
      'in the lock file above',
      { 'dvc.lock': lockFile('train', 'm/a.bin') },
      'm/a.bin',
      'dvc.lock: stages.train.outs[0]',
    ],
    [
      'in a lock file elsewhere',
      { 'p/q/dvc.lock': lockFile('train', '../../m/a.bin') },
      'm/a.bin',
      'p/q/dvc.lock: stages.train.outs[0]',
    ],
    [
      'in a lock file without a schema, of the first DVCs',
      { 'dvc.lock': `train:\n  cmd: x\n  outs:\n  - path: a\n    md5: ${one}\n` },
      'a',
      'dvc.lock: stages.train.outs[0]',
    ],
    [
      'below the wdir of its stage',
      {
        'dvc.lock': lockFile('train', 'a.bin'),
        'dvc.yaml': 'stages:\n  train:\n    cmd: x\n    wdir: m\n    outs: [a.bin]\n',
      },
      'm/a.bin',
      'dvc.lock: stages.train.outs[0]',
    ],
    [
      'of a matrix stage, below a wdir of the matrix',
      {
        'dvc.lock': lockFile('train@0.0001-log_loss', 'a.bin'),
        'dvc.yaml': `stages:\n  train:\n    foreach: [a]\n    do:\n      cmd: x\n      wdir: m/\${item}\n      outs:\n      - a.bin\n`,
      },
      'm/log/a.bin',
      'dvc.lock: stages.train@0.0001-log_loss.outs[0]',
    ],
    [
      'of the stage that still exists',
      {
        'dvc.lock': `${lockFile('old', 'a', two)}${lockFile('train', 'a').split('stages:\n')[1]}`,
        'dvc.yaml': 'stages:\n  train:\n    cmd: x\n    outs: [a]\n',
      },
      'a',
      'dvc.lock: stages.train.outs[0]',
    ],
  ];
  for (const [name, files, path, place] of cases) {
    test(name, async (t) => {
      const project = await dvcProject(t, files);
      const inTree = await resolved(t, project, `dvc://${path}`);
      assert.deepEqual([inTree.path, inTree.md5, inTree.place, inTree.commit], [path, one, place, undefined]);
      const commit = await project.git.commit();
      project.git.run('rm', '-rq', '--cached', '.');
      const inCommit = await resolved(t, project, `dvc://${path}@${commit.slice(0, 12)}`);
      assert.deepEqual([inCommit.path, inCommit.md5, inCommit.commit], [path, one, commit]);
      assert.equal(inCommit.place, place.replace(':', ` of ${commit.slice(0, 10)}:`));
    });
  }

  test('in the nearest project, from any folder, in a repository with others', async (t) => {
    const project = await dvcProject(t, {
      'a.dvc': dvcFile({ path: 'a', md5: two }),
      'sub/.dvc/config': '[core]\n    remote = store\n',
      'sub/a.dvc': dvcFile({ path: 'a' }),
    });
    await project.git.commit();
    for (const rev of ['', '@HEAD']) {
      assert.equal((await resolved(t, project, `dvc://sub/a${rev}`)).md5, one);
      assert.equal((await resolved(t, project, `dvc://../a${rev}`, 'sub')).md5, two);
      assert.equal((await resolved(t, project, `dvc://${project.folder}/sub/a${rev}`, 'sub')).path, 'a');
    }
  });

  test('in a commit, when the working tree has nothing of it any more', async (t) => {
    const project = await dvcProject(t, { 'm@2/a.dvc': dvcFile({ path: 'a' }), 'other.txt': '' });
    await project.git.commit();
    project.git.run('tag', 'release/v1');
    project.git.run('rm', '-rq', 'm@2', '.dvc');
    assert.equal((await resolved(t, project, 'dvc://m@2/a@release/v1')).md5, one);
  });
});

describe('what cannot be resolved says why:', () => {
  const metric = `stages:\n  train:\n    cmd: x\n    metrics:\n    - \${which}.json:\n        cache: false\n`;
  const cases: [name: string, files: Record<string, string>, uri: string, message: RegExp][] = [
    [
      'nothing',
      {},
      'dvc://a',
      /^dvc:\/\/a: expected a \.dvc file or a dvc\.lock that lists "a" .*received 0 that do not: run `dvc add`/,
    ],
    [
      'the .dvc file',
      { 'a.dvc': dvcFile({ path: 'a' }) },
      'dvc://a.dvc',
      /received 1 that do not: give the path of the output, without \.dvc$/,
    ],
    ['a folder of the name', { 'a.dvc/x': '' }, 'dvc://a', /received 0 that do not/],
    ['no YAML', { 'a.dvc': 'outs: [' }, 'dvc://a', /^a\.dvc: expected YAML: /],
    ['no mapping', { 'a.dvc': '- x' }, 'dvc://a', /^a\.dvc: expected a YAML mapping, received \["x"\]/],
    [
      'an md5 that is none',
      { 'a.dvc': dvcFile({ path: 'a', md5: '../../../etc/passwd' }) },
      'dvc://a',
      /^a\.dvc: outs\[0\]: md5: expected 32 hexadecimal digits, received "\.\.\/\.\./,
    ],
    [
      'a size that is none',
      { 'a.dvc': dvcFile({ path: 'a', more: '  size: much\n' }) },
      'dvc://a',
      /size: expected a whole number, received "much"/,
    ],
    [
      'a hash that is not known',
      { 'a.dvc': `outs:\n- path: a\n  hash: blake3\n  blake3: x\n` },
      'dvc://a',
      /hash: expected md5, received "blake3"/,
    ],
    [
      'what has not been made',
      { 'a.dvc': 'outs:\n- path: a\n' },
      'dvc://a',
      /expected md5, received none: the output has not been made yet/,
    ],
    [
      'what is not kept',
      { 'a.dvc': dvcFile({ path: 'a', more: '  cache: false\n' }) },
      'dvc://a',
      /received one with cache: false \(a\.dvc: outs\[0\]\)/,
    ],
    [
      'a metric',
      { 'dvc.lock': lockFile('train@m', 'm.json'), 'dvc.yaml': metric },
      'dvc://m.json',
      /received one with cache: false \(dvc\.lock: stages\.train@m\.outs\[0\]\)/,
    ],
    [
      'something in a file',
      { 'a.dvc': dvcFile({ path: 'a' }) },
      'dvc://a/b',
      /expected a folder at "a", received a file/,
    ],
    [
      'two that differ',
      { 'x.dvc': dvcFile({ path: 'a' }), 'y.dvc': dvcFile({ path: 'a', md5: two }) },
      'dvc://a',
      /expected one output at "a", received two that differ: [xy]\.dvc.* and [xy]\.dvc/,
    ],
    [
      'a revision that is not there',
      {},
      'dvc://a@v1',
      /expected a revision that git knows, received "v1"; `git fetch --tags`/,
    ],
    [
      'files without md5',
      { 'a.dvc': 'outs:\n- path: a\n  hash: md5\n  files:\n  - relpath: x\n' },
      'dvc://a',
      /files: expected relpath and md5, received \{"relpath":"x"\}/,
    ],
    [
      'files that lie elsewhere',
      { 'a.dvc': `outs:\n- path: a\n  hash: md5\n  files:\n  - relpath: ../x\n    md5: ${one}\n` },
      'dvc://a',
      /expected paths within the folder, received "\.\.\/x"/,
    ],
  ];
  for (const [name, files, uri, message] of cases) {
    test(name, async (t) => {
      const project = await dvcProject(t, files);
      await project.git.commit();
      await assert.rejects(resolved(t, project, uri), failure(message));
    });
  }

  test('no project', async (t) => {
    const cwd = await temporaryFolder(t);
    for (const uri of ['dvc://a', 'dvc://a@HEAD']) {
      await assert.rejects(resolveDvc(uri, { cwd, signal }), failure(/expected a project of DVC's around/));
    }
  });

  test('the end of it', async (t) => {
    const { folder: cwd, git } = await dvcProject(t, { 'a.dvc': dvcFile({ path: 'a' }) });
    await git.commit();
    const stopped = AbortSignal.abort(new Error('enough'));
    for (const uri of ['dvc://a', 'dvc://a@HEAD']) {
      await assert.rejects(resolveDvc(uri, { cwd, signal: stopped }), { message: 'enough' });
    }
  });
});

describe('a URI', () => {
  const good: [uri: string, path: string, rev: string | undefined][] = [
    ['dvc://model', 'model', undefined],
    ['dvc://models/flag@v1.2', 'models/flag', 'v1.2'],
    ['dvc:///abs/model@HEAD~1', '/abs/model', 'HEAD~1'],
    ['dvc://a@b@feature/x', 'a@b', 'feature/x'],
    ['dvc://../m@v1^2', '../m', 'v1^2'],
  ];
  for (const [uri, path, rev] of good) test(uri, () => assert.deepEqual(parseDvcUri(uri), { path, rev }));

  const bad = [
    'model',
    's3://b/k',
    'dvc://',
    'dvc://@v1',
    'dvc://m@',
    'dvc://m@--output=x',
    'dvc://m@v1:x',
    'dvc://m@a b',
    'dvc://m\0',
    'dvc://m@a\nb',
  ];
  for (const uri of bad)
    test(`${JSON.stringify(uri)} is none`, () => assert.throws(() => parseDvcUri(uri), failure(/expected/)));
});

async function resolved(t: TestContext, { folder }: DvcTestProject, uri: string, below = ''): Promise<DvcOutput> {
  return resolveDvc(uri, { cwd: `${folder}/${below}`, signal, cache: await temporaryFolder(t) });
}

function dvcFile({ path, md5 = one, more = '' }: { path: string; md5?: string; more?: string }): string {
  return `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n${more}`;
}

function lockFile(stage: string, path: string, md5: string = one): string {
  return `schema: '2.0'\nstages:\n  ${stage}:\n    cmd: x\n    outs:\n    - path: ${path}\n      hash: md5\n      md5: ${md5}\n      size: 5\n`;
}
