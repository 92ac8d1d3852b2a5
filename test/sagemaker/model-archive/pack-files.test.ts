import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listModelFiles } from '../../../src/sagemaker/model-archive/list-model-files.ts';
import { packFiles } from '../../../src/sagemaker/model-archive/pack-files.ts';
import { withProgress } from '../../../src/sagemaker/model-archive/progress.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';
import { failure } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const signal = AbortSignal.timeout(60_000);

describe('files', () => {
  test('that change their length while they are packed are refused', async (t) => {
    const folder = await temporaryFolder(t, { a: 'four' });
    const files = await listModelFiles(folder, signal);
    await appendFile(join(folder, 'a'), '!');
    await assert.rejects(
      Array.fromAsync(packFiles(files, signal)),
      failure(/"a" of the model.*expected 4 bytes, received more/),
    );
    await truncate(join(folder, 'a'), 2);
    await assert.rejects(Array.fromAsync(packFiles(files, signal)), failure(/expected 4 bytes, received 2$/));
  });

  test('are in the order of their code points', async (t) => {
    const names = ['a', 'a-b', 'a/b', 'B', 'é', '\uff5e', '😀'];
    const folder = await temporaryFolder(
      t,
      Object.fromEntries(names.filter((name) => name !== 'a').map((name) => [name, 'x'])),
    );
    const found = (await listModelFiles(folder, signal)).map(({ path }) => path);
    assert.deepEqual(found, ['B', 'a-b', 'a/b', 'é', '\uff5e', '😀']);
  });

  test('are as many and as much as SageMaker takes', async (t) => {
    const folder = await temporaryFolder(t, { a: '123', b: '456' });
    await assert.rejects(
      listModelFiles(folder, signal, { maxBytes: 5, maxFiles: 9 }),
      failure(/expected at most 5 bytes, received more by "[ab]"/),
    );
    await assert.rejects(
      listModelFiles(folder, signal, { maxBytes: 9, maxFiles: 1 }),
      failure(/expected at most 1 files/),
    );
  });

  test('are no sockets', async (t) => {
    const folder = await temporaryFolder(t, { a: 'x' });
    const server = createServer().listen(join(folder, 's'));
    t.after(() => server.close());
    await assert.rejects(listModelFiles(folder, signal), failure(/"s": expected a file, a folder or a link/));
  });

  test('are what other programs unpack', {
    skip: spawnSync('tar', ['--version']).status !== 0 && 'no tar',
  }, async (t) => {
    const long = `${'d'.repeat(120)}/${'ü'.repeat(80)}`;
    const folder = await temporaryFolder(t, { 'model.json': '{}', [long]: 'x' });
    const packed = Buffer.concat(await Array.fromAsync(packFiles(await listModelFiles(folder, signal), signal)));
    const { stdout } = spawnSync('tar', ['--numeric-owner', '--quoting-style=literal', '-tvf', '-'], {
      input: packed,
      encoding: 'utf8',
      env: { TZ: 'UTC' },
    });
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replaceAll(/ +/g, ' ')),
      [`-rw-r--r-- 0/0 1 1970-01-01 00:00 ${long}`, '-rw-r--r-- 0/0 2 1970-01-01 00:00 model.json'],
    );
  });
});

test('progress is told every two seconds', async () => {
  const told: LaunchEvent[] = [];
  let clock = 0;
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let index = 0; index < 5; index += 1) {
      clock += 1000;
      yield Buffer.alloc(1_000_000);
    }
  };
  const tell = (event: LaunchEvent): void => void told.push(event);
  const passed = await Array.fromAsync(
    withProgress(pieces(), { tell, what: 'Reading', of: 5_000_000, now: () => clock }),
  );
  assert.equal(passed.length, 5);
  assert.deepEqual(
    told.map(({ message }) => message),
    ['Reading: 2.0 of 5.0 MB', 'Reading: 4.0 of 5.0 MB'],
  );
});
