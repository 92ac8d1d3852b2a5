import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { create } from 'tar';
import { openModelSource } from '../../../src/sagemaker/model-archive/open-model-source.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { dvcProject } from '../../storage/dvc/dvc-project.ts';
import { ownTmpdir } from '../../support/own-tmpdir.ts';
import { failure } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const options = { openStore: openStores(), signal: AbortSignal.timeout(60_000) };

describe('a model', () => {
  test('in a folder is that folder, relative to where it is named', async (t) => {
    const cwd = await temporaryFolder(t, { 'm/model.json': '{}' });
    const { folder, archive, source, close } = await openModelSource('m', { ...options, cwd });
    assert.deepEqual([folder, archive, source], [join(cwd, 'm'), undefined, 'm']);
    await close();
    assert.equal(await readFile(join(cwd, 'm/model.json'), 'utf8'), '{}');
  });

  test('in an archive is unpacked until it is closed', async (t) => {
    const cwd = await temporaryFolder(t);
    const { left } = await ownTmpdir(t);
    const file = join(cwd, 'model.tar.gz');
    await create({ cwd: await temporaryFolder(t, { 'model.json': '{}' }), gzip: true, file }, ['.']);
    const before = await left();
    const opened = await openModelSource('model.tar.gz', { ...options, cwd });
    assert.equal(opened.archive, file);
    assert.equal(await readFile(join(opened.folder as string, 'model.json'), 'utf8'), '{}');
    await opened.close();
    assert.deepEqual(await left(), before);
  });

  test('that cannot be opened leaves nothing behind', async (t) => {
    const { left } = await ownTmpdir(t);
    const cwd = await temporaryFolder(t, { 'x.tar.gz': 'no archive' });
    await create({ cwd: await temporaryFolder(t, { 'mine/model.json': '{}' }), file: join(cwd, 'wrapped.tar') }, ['.']);
    const before = await left();
    const cases: [path: string, message: RegExp][] = [
      ['x.tar.gz', /^x\.tar\.gz: cannot be unpacked/],
      ['wrapped.tar', /expected the model at the archive's root/],
      ['nothing', /^nothing: expected a model folder or a model\.tar\.gz/],
      ['/dev/null', /^\/dev\/null: expected a model folder or a model\.tar\.gz/],
      ['https://host/model.tar.gz', /expected a folder, a model\.tar\.gz, dvc:\/\/path@rev or s3:/],
    ];
    for (const [path, message] of cases)
      await assert.rejects(openModelSource(path, { ...options, cwd }), failure(message));
    assert.deepEqual(await left(), before);
  });

  test('of DVC is fetched, and named with its md5 and commit', async (t) => {
    const { folder: cwd, remote, git, putObject } = await dvcProject(t);
    const md5 = await putObject('weights');
    await writeFile(join(cwd, 'w.bin.dvc'), `outs:\n- md5: ${md5}\n  size: 7\n  hash: md5\n  path: w.bin\n`);
    const listing = `[{"md5": "${md5}", "relpath": "w.bin"}]`;
    const folderMd5 = await putObject(listing, '.dir');
    await writeFile(
      join(cwd, 'model.dvc'),
      `outs:\n- md5: ${folderMd5}.dir\n  size: 7\n  nfiles: 1\n  hash: md5\n  path: model\n`,
    );
    const commit = await git.commit();
    assert.ok(remote);
    const cache = await temporaryFolder(t);
    const opened = await openModelSource('dvc://model@HEAD', { ...options, cwd, cache });
    assert.equal(opened.source, `dvc://model@HEAD (md5 ${folderMd5}, commit ${commit})`);
    assert.equal(await readFile(join(opened.folder as string, 'w.bin'), 'utf8'), 'weights');
    await opened.close();
    assert.equal(await readFile(join(opened.folder as string, 'w.bin'), 'utf8'), 'weights');
  });

  test('on S3 is not looked at', async () => {
    const { folder, archive, source, close } = await openModelSource('s3://b/model.tar.gz', options);
    await close();
    assert.deepEqual([folder, archive, source], [undefined, undefined, 's3://b/model.tar.gz']);
  });
});
