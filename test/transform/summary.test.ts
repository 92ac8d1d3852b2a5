import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { JobResult, ObjectResult } from '../../src/transform/job.ts';
import { firstLines } from '../../src/transform/preview.ts';
import { chooseSettings } from '../../src/transform/settings.ts';
import { summarise, summaryText } from '../../src/transform/summary.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const completed: ObjectResult = {
  key: 'a',
  status: 'Completed',
  inputBytes: 3_000_000,
  output: '/out/a.out',
  outputBytes: 100,
  outputLines: 1500,
  records: 1500,
  errorRecords: 2,
};
const failed: ObjectResult = {
  key: 'b',
  status: 'Failed',
  reason: 'no',
  inputBytes: 9,
  outputBytes: 0,
  outputLines: 0,
};

describe('a summary', () => {
  test('for people', () => {
    const text = summaryText(
      summarise({ ...report([completed, failed]), serverUsage: { peakBytes: 123_000_000, cpuSeconds: 1 } }),
    );
    assert.equal(
      text,
      `failed: b: no
Failed: 1 of 2 objects scored
  records      1,500, of which 2 are error lines
  time         2.0 s, 3.0 MB, 1.5 MB/s
  mini-batches 4 (MultiRecord, up to 6 MiB, 1 at a time), retries 1
  peak memory  123.0 MB (server)
  output       /out/a.out
`,
    );
  });

  test('of a container that counts nothing has the lines of the outputs', () => {
    const { records: _, errorRecords: __, ...uncounted } = completed;
    const summary = summarise(report([completed, uncounted]));
    assert.ok(!('records' in summary) && !('errorRecords' in summary) && !('serverPeakMemoryBytes' in summary));
    assert.match(summaryText(summary), /\n {2}records {6}3,000 output lines\n/);
  });

  test('of many objects names the first outputs', () => {
    const text = summaryText(summarise(report([completed, completed, completed])), [], 2);
    assert.match(text, /a\.out\n.*a\.out\n {2}output {7}and 1 more\n$/);
  });

  test('of an instant has numbers', () => {
    const { megabytesPerSecond, seconds } = summarise({ ...report([]), seconds: 0 });
    assert.deepEqual([megabytesPerSecond, seconds], [0, 0]);
  });
});

describe('a preview', () => {
  const cases: [count: number, text: string][] = [
    [0, ''],
    [1, 'a\n'],
    [2, 'a\nb'],
    [3, 'a\nb\nc\n'],
    [9, 'a\nb\nc\n'],
  ];
  for (const [count, text] of cases) {
    test(`of ${count} lines`, async (t) => {
      const folder = await temporaryFolder(t, { x: 'a\n', y: count === 2 ? 'b' : 'b\n', z: '', zz: 'c\n' });
      const paths = ['x', 'y', 'z', 'zz'].map((name) => join(folder, name));
      const preview = (await firstLines(count === 2 ? paths.slice(0, 2) : paths, count)).toString();
      assert.equal(preview, text);
    });
  }
});

function report(objects: readonly ObjectResult[]): JobResult {
  const status = objects.some((object) => object.status === 'Failed') ? 'Failed' : 'Completed';
  const fingerprint = { model: '', settings: '' };
  return { status, objects, seconds: 2, miniBatches: 4, retries: 1, settings: chooseSettings({}, {}), fingerprint };
}
