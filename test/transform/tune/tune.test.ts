import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidatesFor } from '../../../src/transform/tune/candidates.ts';
import { type Measurement, type TunedSettings, tune } from '../../../src/transform/tune/tune.ts';
import { jobPatch, tunedText } from '../../../src/transform/tune/tuned-text.ts';

const candidates = candidatesFor({ cores: 2, longestRecordBytes: 1000, ownServer: true });

/** As fast as its settings say, and what it was asked. */
function machine(speed: (settings: TunedSettings) => number, more: Partial<Measurement> = {}) {
  const asked: number[] = [];
  const measure = async (settings: TunedSettings, share: number): Promise<Measurement> => {
    asked.push(share);
    return { seconds: 1, megabytesPerSecond: speed(settings), failures: 0, ...more };
  };
  return { asked, measure };
}

describe('tuning', () => {
  test('finds the fastest, on all of the sample in the end', async () => {
    const speed = ({ maxPayloadInMB, maxConcurrentTransforms, workers = 0 }: TunedSettings): number =>
      100 - Math.abs(maxPayloadInMB - 12) - 5 * Math.abs(maxConcurrentTransforms - 4) - (2 - workers);
    const { measure, asked } = machine(speed);
    const { best, trials } = await tune({ candidates, measure });
    assert.deepEqual(best.settings, { maxPayloadInMB: 12, maxConcurrentTransforms: 4, workers: 1 });
    assert.equal(trials.length, candidates.length);
    assert.equal(asked.at(-1), 1);
    const cost = asked.reduce((sum, share) => sum + share, 0);
    assert.ok(cost < candidates.length / 3, `${cost} times the sample for ${candidates.length} candidates`);
  });

  test('prefers what has least under way among the equally fast', async () => {
    const { measure } = machine(({ maxPayloadInMB }) => (maxPayloadInMB === 1 ? 50 : 100));
    const { best } = await tune({ candidates, measure });
    assert.deepEqual(best.settings, { maxPayloadInMB: 3, maxConcurrentTransforms: 1, workers: 1 });
  });

  test('leaves out what fails or needs too much memory', async () => {
    const measure = async ({ maxPayloadInMB, maxConcurrentTransforms }: TunedSettings): Promise<Measurement> => ({
      seconds: 1,
      megabytesPerSecond: maxPayloadInMB * maxConcurrentTransforms,
      failures: maxPayloadInMB > 25 ? 1 : 0,
      peakMemoryBytes: maxConcurrentTransforms * 1e8,
    });
    const { best } = await tune({ candidates, measure, maxMemoryBytes: 2.5e8 });
    assert.deepEqual(best.settings, { maxPayloadInMB: 25, maxConcurrentTransforms: 2, workers: 1 });
  });

  test('measures a single candidate once, on all of the sample', async () => {
    const { measure, asked } = machine(() => 1);
    const told: number[] = [];
    const [only] = candidates;
    assert.ok(only);
    const { best } = await tune({ candidates: [only], measure, onTrial: (_, __, share) => told.push(share) });
    assert.equal(best.settings, only);
    assert.deepEqual(asked, [1]);
    assert.deepEqual(told, [1]);
  });

  test('says so when nothing worked', async () => {
    const { measure } = machine(() => 1, { failures: 2 });
    await assert.rejects(tune({ candidates, measure }), {
      code: 'JOB_FAILED',
      message: /^none of \d+ settings scored the sample: requests failed under \d+ of them$/,
    });
    await assert.rejects(tune({ candidates: [], measure }), { code: 'JOB_FAILED' });
  });
});

describe('candidates', () => {
  test('keep the 100 MB rule and hold the longest record', () => {
    const found = candidatesFor({ cores: 16, longestRecordBytes: 5e6, ownServer: false });
    assert.ok(found.length > 5);
    for (const { maxPayloadInMB, maxConcurrentTransforms, workers } of found) {
      assert.ok(maxPayloadInMB * maxConcurrentTransforms <= 100);
      assert.ok(maxPayloadInMB >= 6);
      assert.equal(workers, undefined);
    }
  });

  test('with the same number of workers stand together', () => {
    const workers = candidates.map((candidate) => candidate.workers);
    assert.deepEqual(
      workers,
      workers.toSorted((a = 0, b = 0) => b - a),
    );
    assert.deepEqual([...new Set(workers)], [2, 1]);
  });

  test('are each there once', () => {
    assert.equal(new Set(candidates.map((candidate) => JSON.stringify(candidate))).size, candidates.length);
  });
});

describe('the result of tuning', () => {
  const settings = { maxPayloadInMB: 12, maxConcurrentTransforms: 4, workers: 2 };
  const best = { settings, rounds: [{ seconds: 1, megabytesPerSecond: 99.96, failures: 0, peakMemoryBytes: 3e8 }] };
  const other = {
    settings: { maxPayloadInMB: 1, maxConcurrentTransforms: 1 },
    rounds: [{ seconds: 1, megabytesPerSecond: 5, failures: 3 }],
  };

  test('is a patch for the job, whose environment stays', () => {
    assert.deepEqual(jobPatch({ best, trials: [best] }, { X: '1' }), {
      MaxConcurrentTransforms: 4,
      MaxPayloadInMB: 12,
      Environment: { X: '1', BATCHLINE_WORKERS: '2' },
    });
    assert.deepEqual(jobPatch({ best: other, trials: [] }), { MaxConcurrentTransforms: 1, MaxPayloadInMB: 1 });
  });

  test('is a table', () => {
    assert.equal(
      tunedText({ best, trials: [best, other] }),
      `MaxPayloadInMB  MaxConcurrentTransforms  workers   MB/s  peak memory  rounds
            12                        4        2  100.0       300 MB       1
             1                        1             5.0                    1  3 failed
`,
    );
  });
});
