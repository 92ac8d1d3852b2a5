import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn } from '../transform/run-files.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { transform } from './command.ts';

// Disks that are full or read-only need a root who may mount them: test/peers/faults.test.ts.

test('a report that cannot be written is a failure, and the result is told all the same', async (t) => {
  const { url } = await stubContainer(t);
  const folder = await temporaryFolder(t, { 'in/a.csv': 'a\n', file: '' });
  const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', url.href];
  const { status, stderr, left } = await transform(t, [...args, '--report', join(folder, 'file')]);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^batchline: cannot (remove|write) .*\/file\/.*a part of the path is a file and not a folder/m);
  assert.match(stderr, /^Completed: 1 of 1 object scored$/m);
  assert.deepEqual(await filesIn(join(folder, 'out')), { 'a.csv.out': 'a\n' });
  assert.deepEqual(left, []);
});

test('temporary files that cannot be written fail the object, with where and what to do', async (t) => {
  const { url } = await stubContainer(t);
  const line = `${'x'.repeat(99)}\n`;
  const folder = await temporaryFolder(t, { 'in/a.csv': line.repeat(60_000), 'in/b.csv': 'b\n', 'tmp/empty': '' });
  const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', url.href, '--no-report'];
  const more = ['--shard', '2MB', '--max-payload-in-mb', '1'];
  const missing = join(folder, 'tmp/missing');
  const { status, stderr } = await transform(t, [...args, ...more], {
    tmpdir: join(folder, 'tmp'),
    env: { TMPDIR: missing },
  });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^failed: a\.csv: cannot write a temporary file in .*\/tmp\/missing: ENOENT.*set TMPDIR/m);
  assert.deepEqual(await filesIn(join(folder, 'out')), { 'b.csv.out': 'b\n' });
});
