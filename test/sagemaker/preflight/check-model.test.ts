import assert from 'node:assert/strict';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { checkModel } from '../../../src/sagemaker/preflight/check-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { launchWith } from './launches.ts';
import { stubPlace } from './stub-place.ts';

const gigabyte = 1e9;

/** Files of nothing, which take no room. */
async function folderOf(t: TestContext, files: Readonly<Record<string, number>>): Promise<string> {
  const folder = await temporaryFolder(t, Object.fromEntries(Object.keys(files).map((name) => [name, ''])));
  for (const [name, bytes] of Object.entries(files)) await truncate(join(folder, name), bytes);
  return folder;
}

async function found(t: TestContext, path: string): Promise<string[]> {
  const { step } = await stubPlace(t, { 'model.tar.gz': 'small' });
  const launch = launchWith({ launch: { model: { path, artifacts: 's3://bucket/artifacts/' } } });
  const { problems } = await checkModel({ ...step, launch });
  return problems.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('a model', () => {
  test('fits where it is small', async (t) => {
    const folder = await folderOf(t, { 'a.bin': 100, 'b/c.bin': 100, 'm.tar.gz': 100 });
    assert.deepEqual(await found(t, folder), []);
    assert.deepEqual(await found(t, join(folder, 'm.tar.gz')), []);
    assert.deepEqual(await found(t, 's3://bucket/model.tar.gz'), []);
  });

  test('does not fit where its files are over 30 GB together', async (t) => {
    const folder = await folderOf(t, { 'a.bin': 20 * gigabyte, 'b/c.bin': 11 * gigabyte });
    assert.match((await found(t, folder)).join(), /^failure: the model .* has 31\.0 GB/);
  });

  test('may not fit where it is large and packed', async (t) => {
    const folder = await folderOf(t, { 'model.tar.gz': 20 * gigabyte });
    assert.match((await found(t, join(folder, 'model.tar.gz'))).join(), /^hint: .* 20\.0 GB packed/);
  });

  test('is not judged where its size is not known', async (t) => {
    assert.deepEqual(await found(t, '/nowhere/model'), []);
    assert.deepEqual(await found(t, 'dvc://model@v1'), []);
    assert.deepEqual(await found(t, 's3://missing/model.tar.gz'), []);
  });
});
