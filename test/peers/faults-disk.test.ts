import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { everyFileIn, transform } from '../scenarios/command.ts';
import { handlerModel } from '../support/handler-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn } from '../transform/run-files.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { disk, withoutMounts } from './support/disk.ts';

const line = `${'x'.repeat(99)}\n`;

describe('jobs on a disk', { skip: withoutMounts }, () => {
  const small = 'small\n';
  const large = line.repeat(40_000);

  it('that is full: the object, and what to do; no half of an output', async (t) => {
    const { url } = await stubContainer(t);
    const folder = await temporaryFolder(t, { 'in/a.csv': small, 'in/b.csv': large, 'in/c.csv': small });
    const out = await disk(t, 'size=1m');
    const ended = await transform(t, ['--input', join(folder, 'in'), '--output', out.folder, '--url', url.href]);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stderr, /^failed: b\.csv: cannot write .*b\.csv\.out: ENOSPC.*free some space/m);
    const written = ['.batchline-manifest.jsonl', 'a.csv.out', 'c.csv.out', 'report.html', 'report.json'];
    assert.deepEqual(await everyFileIn(out.folder), written);
    assert.deepEqual(ended.left, []);
  });

  it('that is full when errors.jsonl is written: the outputs are there, and the failure is told', async (t) => {
    const model = await handlerModel(t, 'export const predict = (batch) => batch.map(() => 1);');
    // An error line of the output is shorter than its entry in errors.jsonl.
    const folder = await temporaryFolder(t, { 'in/a.jsonl': `1\n${'\n1\n1\n'.repeat(3000)}` });
    const out = await disk(t, 'size=500k');
    const args = ['--input', join(folder, 'in'), '--output', out.folder, '--model', model, '--workers', '1'];
    const ended = await transform(t, args);
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stderr, /^batchline: cannot write .*errors\.jsonl: ENOSPC/m);
    assert.match(ended.stderr, /^Completed: 1 of 1 object scored$/m);
    assert.deepEqual(await everyFileIn(out.folder), ['.batchline-manifest.jsonl', 'a.jsonl.out']);
  });

  for (const below of ['', 'new/folders']) {
    it(`that is read-only${below && ', below folders to be made'}: every object, and the report`, async (t) => {
      const { url } = await stubContainer(t);
      const folder = await temporaryFolder(t, { 'in/a.csv': small, 'in/b.csv': small });
      const out = await disk(t, 'size=1m');
      out.remount('ro');
      const output = join(out.folder, below);
      const ended = await transform(t, ['--input', join(folder, 'in'), '--output', output, '--url', url.href]);
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, /^failed: a\.csv: cannot write .*EROFS.*read-only: write to another folder/m);
      assert.match(ended.stderr, /^failed: b\.csv: cannot write .*EROFS/m);
      assert.match(ended.stderr, /^batchline: cannot write .*report\.json: EROFS/m);
      assert.deepEqual(await readdir(out.folder), []);
      assert.deepEqual(ended.left, []);
    });
  }

  it('of temporary files that is full: where, and what to do', async (t) => {
    const { url } = await stubContainer(t);
    const folder = await temporaryFolder(t, { 'in/a.csv': large, 'in/b.csv': small });
    const temporary = await disk(t, 'size=1m');
    const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', url.href, '--no-report'];
    const more = ['--shard', '2MB', '--max-payload-in-mb', '1'];
    const ended = await transform(t, [...args, ...more], { tmpdir: temporary.folder });
    assert.equal(ended.status, 1, ended.stderr);
    assert.match(ended.stderr, /^failed: a\.csv: cannot write a temporary file in .*: ENOSPC.*set TMPDIR/m);
    assert.deepEqual(Object.keys(await filesIn(join(folder, 'out'))), ['b.csv.out']);
    assert.deepEqual(ended.left, []);
  });
});
