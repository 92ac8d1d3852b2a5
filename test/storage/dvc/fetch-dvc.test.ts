import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type FetchedDvc, fetchDvc } from '../../../src/storage/dvc/fetch-dvc.ts';
import { listingMd5, listingText } from '../../../src/storage/dvc/listing.ts';
import { failure } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  contents,
  dvcFile,
  dvcProject,
  fetchIn,
  filesBelow,
  labels,
  labelsMd5,
  listing,
  listingName,
  parts,
  withFolder,
  withLabels,
} from './dvc-project.ts';

describe('a file', () => {
  test('is fetched by its md5, and kept', async (t) => {
    const project = await withLabels(t);
    const { fetched, options } = await fetchIn(t, project, 'dvc://labels.tsv');
    assert.equal(await readFile(fetched.path, 'utf8'), labels);
    assert.deepEqual([fetched.md5, fetched.isFolder, fetched.commit], [labelsMd5, false, undefined]);
    assert.match(fetched.path, /\/labels\.tsv$/);
    await rm(project.remote, { recursive: true });
    assert.deepEqual(await fetchDvc('dvc://labels.tsv', options), fetched);
  });

  test('is that of its revision', async (t) => {
    const project = await withLabels(t);
    await project.git.commit();
    const newer = await project.putObject('newer');
    await project.write({ 'labels.tsv.dvc': dvcFile('labels.tsv', newer, 5) });
    const second = await project.git.commit();
    const { fetched, options } = await fetchIn(t, project, 'dvc://labels.tsv@HEAD');
    assert.equal(await readFile(fetched.path, 'utf8'), 'newer');
    assert.equal(fetched.commit, second);
    const older = await fetchDvc('dvc://labels.tsv@HEAD~1', options);
    assert.equal(await readFile(older.path, 'utf8'), labels);
  });

  test('comes from the cache of the project, if it is whole there', async (t) => {
    const project = await withLabels(t);
    const object = `.dvc/cache/files/md5/${labelsMd5.slice(0, 2)}/${labelsMd5.slice(2)}`;
    await project.write({ [object]: 'damaged' });
    assert.equal(await readFile((await fetchIn(t, project, 'dvc://labels.tsv')).fetched.path, 'utf8'), labels);
    await rm(project.remote, { recursive: true });
    await project.write({ [object]: labels, '.dvc/config': '' });
    assert.equal(await readFile((await fetchIn(t, project, 'dvc://labels.tsv')).fetched.path, 'utf8'), labels);
    await project.write({ '.dvc/config.local': '[cache]\n    dir = ../elsewhere\n', 'elsewhere/x': '' });
    await assert.rejects(fetchIn(t, project, 'dvc://labels.tsv'), failure(/expected \[core\] remote, received none/));
  });

  test('is kept in the user’s caches', async (t) => {
    const caches = await temporaryFolder(t);
    const before = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = caches;
    t.after(() => {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    });
    const { folder: cwd } = await withLabels(t);
    const { path } = await fetchDvc('dvc://labels.tsv', { cwd, signal: AbortSignal.timeout(60_000) });
    assert.equal(path, join(caches, 'batchline/dvc/03', labelsMd5.slice(2), 'labels.tsv'));
  });

  test('can be executed if it could', async (t) => {
    const project = await withLabels(t);
    await project.write({ 'labels.tsv.dvc': `${dvcFile('labels.tsv', labelsMd5, 13)}  isexec: true\n` });
    const { fetched } = await fetchIn(t, project, 'dvc://labels.tsv');
    assert.equal((await stat(fetched.path)).mode & 0o777, 0o755);
  });

  test('that was spoilt in our cache is fetched again', async (t) => {
    const project = await withLabels(t);
    const { fetched, options } = await fetchIn(t, project, 'dvc://labels.tsv');
    await writeFile(fetched.path, 'spoilt');
    await fetchDvc('dvc://labels.tsv', options);
    assert.equal(await readFile(fetched.path, 'utf8'), labels);
  });

  const wrong: [name: string, size: number, content: string | undefined, message: RegExp][] = [
    [
      'other bytes',
      13,
      'good\t1\nbad\t9\n',
      /files\/md5\/03\/5cc.*: expected md5 035cc227d0112a8d60c34c77f7cec025, received [0-9a-f]{32}: it is damaged, or was replaced/,
    ],
    ['another length', 14, labels, /expected 14 bytes, by labels\.tsv\.dvc: outs\[0\]: size, received 13/],
    [
      'nothing',
      13,
      undefined,
      /expected "labels\.tsv" as labels\.tsv\.dvc: outs\[0\] says, md5 035.* on remote "store" .* received neither: run `dvc push`/,
    ],
  ];
  for (const [name, size, content, message] of wrong) {
    test(`of which the remote has ${name} is refused, and nothing kept`, async (t) => {
      const project = await withLabels(t);
      await rm(project.remote, { recursive: true });
      await project.write({ 'labels.tsv.dvc': dvcFile('labels.tsv', labelsMd5, size) });
      if (content !== undefined) {
        await mkdir(join(project.remote, 'files/md5/03'), { recursive: true });
        await writeFile(join(project.remote, 'files/md5/03', labelsMd5.slice(2)), content);
      }
      const cache = await temporaryFolder(t);
      const refused = fetchDvc('dvc://labels.tsv', { cwd: project.folder, cache, signal: AbortSignal.timeout(60_000) });
      await assert.rejects(refused, failure(message));
      assert.deepEqual(
        (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()),
        [],
      );
    });
  }

  test('that was imported, or is not pushed, has another remedy', async (t) => {
    const project = await dvcProject(t, {
      'a.dvc': `deps:\n- path: x\n  repo:\n    url: https://host/repo\n${dvcFile('a', labelsMd5, 13)}`,
      'b.dvc': `${dvcFile('b', labelsMd5, 13)}  push: false\n`,
    });
    await assert.rejects(
      fetchIn(t, project, 'dvc://a'),
      failure(/imported from https:\/\/host\/repo: run `dvc pull` here/),
    );
    await assert.rejects(fetchIn(t, project, 'dvc://b'), failure(/push: false keeps it off the remote/));
  });
});

describe('a folder', () => {
  test('has its listing as DVC writes it', () => {
    const md5s = [...listing.matchAll(/[0-9a-f]{32}/g)].map(([md5]) => md5);
    const entries = parts.map((relpath, index) => ({ relpath, md5: md5s[index] as string })).reverse();
    assert.equal(listing.length, 285);
    assert.equal(listingText(entries), listing);
    assert.equal(listingMd5(entries), listingName);
    const odd = [
      { relpath: '\ue000😀"\\\u007f', md5: labelsMd5 },
      { relpath: '日ü', md5: labelsMd5 },
    ];
    // By Python: json.dumps(sorted(…), sort_keys=True).
    assert.equal(
      listingText(odd),
      String.raw`[{"md5": "035cc227d0112a8d60c34c77f7cec025", "relpath": "\u65e5\u00fc"}, {"md5": "035cc227d0112a8d60c34c77f7cec025", "relpath": "\ue000\ud83d\ude00\"\\\u007f"}]`,
    );
  });

  test('is fetched with all its files, and kept', async (t) => {
    const project = await withFolder(t);
    const { fetched, options } = await fetchIn(t, project, 'dvc://data');
    assert.deepEqual(
      await filesBelow(fetched.path),
      Object.fromEntries(parts.map((part, index) => [part, contents[index]])),
    );
    assert.deepEqual([fetched.md5, fetched.isFolder], [listingName, true]);
    await rm(project.remote, { recursive: true });
    assert.deepEqual(await fetchDvc('dvc://data', options), fetched);
  });

  test('gives its files and folders, too', async (t) => {
    const project = await withFolder(t);
    const { fetched, options } = await fetchIn(t, project, 'dvc://data/sub/h.txt');
    assert.equal(await readFile(fetched.path, 'utf8'), 'hello\n');
    const sub = await fetchDvc('dvc://data/sub', options);
    assert.deepEqual(await filesBelow(sub.path), { 'h.txt': 'hello\n' });
    // What DVC names this folder by itself.
    assert.equal(sub.md5, 'd88382f13c844534ecfb78f020fa3a66');
    await assert.rejects(fetchDvc('dvc://data/none', options), failure(/expected "none" among the output's 4 files/));
  });

  const spoil: [name: string, spoil: (folder: string) => Promise<unknown>][] = [
    ['another file', (folder) => writeFile(join(folder, 'more'), '')],
    ['a file less', (folder) => rm(join(folder, 'sub/h.txt'))],
    ['a file changed', (folder) => writeFile(join(folder, 'sub/h.txt'), 'HELLO\n')],
    ['a folder for a file', (folder) => rm(join(folder, 'sub/h.txt')).then(() => mkdir(join(folder, 'sub/h.txt')))],
    ['no listing', (folder) => rm(join(folder, '../listing.json'))],
  ];
  for (const [name, change] of spoil) {
    test(`of which our cache has ${name} is fetched again`, async (t) => {
      const { fetched, options } = await fetchIn(t, await withFolder(t), 'dvc://data');
      await change(fetched.path);
      await fetchDvc('dvc://data', options);
      assert.equal(Object.keys(await filesBelow(fetched.path)).length, 4);
      assert.equal(await readFile(join(fetched.path, 'sub/h.txt'), 'utf8'), 'hello\n');
    });
  }

  test('is fetched by many at once', async (t) => {
    const project = await withFolder(t);
    const { folder: cwd } = project;
    const options = { cwd, cache: await temporaryFolder(t), signal: AbortSignal.timeout(60_000) };
    const fetched = await Promise.all(Array.from({ length: 8 }, () => fetchDvc('dvc://data', options)));
    assert.equal(new Set(fetched.map(({ path }) => path)).size, 1);
    assert.equal(Object.keys(await filesBelow((fetched[0] as FetchedDvc).path)).length, 4);
    assert.deepEqual(await readdir(options.cache), ['72']);
  });

  const listings: [name: string, listing: string, message: RegExp][] = [
    ['no JSON', 'x', /expected DVC's listing of a folder, a JSON array/],
    ['no array', '{}', /a JSON array, received object/],
    ['entries without md5', '[{"relpath": "a"}]', /expected relpath and md5 in each entry, received {"relpath":"a"}/],
    ['a path above', entries('../a'), /expected paths within the folder, received "\.\.\/a"/],
    ['a path that is absolute', entries('/etc/x'), /expected paths within the folder/],
    ['a path twice', entries('a', 'a'), /received "a" twice/],
    ['a file that is a folder', entries('a', 'a/b'), /expected a file or a folder, received both: "a", "a\/b"/],
  ];
  for (const [name, bytes, message] of listings) {
    test(`of which the listing has ${name} is refused`, async (t) => {
      const project = await dvcProject(t);
      const md5 = await project.putObject(bytes, '.dir');
      await project.write({ 'data.dvc': dvcFile('data', `${md5}.dir`) });
      await assert.rejects(fetchIn(t, project, 'dvc://data'), failure(message));
    });
  }

  const sums: [field: string, message: RegExp][] = [
    ['  nfiles: 5\n  size: 87\n', /data\.dvc: outs\[0\]: nfiles: expected 5 files, received a listing of 4/],
    ['  nfiles: 4\n  size: 88\n', /data\.dvc: outs\[0\]: size: expected 88 bytes, received 87 in 4 files/],
  ];
  for (const [field, message] of sums) {
    test(`with ${field.trim()} is refused`, async (t) => {
      const project = await withFolder(t);
      await project.write({ 'data.dvc': dvcFile('data', `${listingName}.dir`) + field });
      await assert.rejects(fetchIn(t, project, 'dvc://data'), failure(message));
    });
  }

  test('that lacks a file on the remote names it', async (t) => {
    const project = await withFolder(t);
    await rm(join(project.remote, 'files/md5/b1'), { recursive: true });
    await assert.rejects(fetchIn(t, project, 'dvc://data'), failure(/expected "sub\/h\.txt" of "data"/));
  });

  test('cannot be kept below a file', async (t) => {
    const project = await withFolder(t);
    const cache = join(await temporaryFolder(t, { file: '' }), 'file');
    await assert.rejects(
      fetchDvc('dvc://data', { cwd: project.folder, cache, signal: AbortSignal.timeout(60_000) }),
      failure(/dvc:\/\/data: cannot be kept in/),
    );
  });
});

test('what has been fetched is told, and a fetch ends by the signal', async (t) => {
  const project = await withFolder(t);
  const stopping = new AbortController();
  let bytes = 0;
  const options = {
    cwd: project.folder,
    cache: await temporaryFolder(t),
    signal: stopping.signal,
    onBytes: (more: number) => {
      bytes += more;
      stopping.abort(new Error('enough'));
    },
  };
  await assert.rejects(fetchDvc('dvc://data', options), { message: 'enough' });
  assert.ok(bytes > 0);
  assert.deepEqual(await readdir(options.cache), []);
});

function entries(...relpaths: string[]): string {
  return JSON.stringify(relpaths.map((relpath) => ({ md5: labelsMd5, relpath })));
}
