import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogHistogram } from '../../../src/transform/report/log-histogram.ts';
import { TimeSeries } from '../../../src/transform/report/time-series.ts';

describe('latencies', () => {
  test('percentiles within 6 %, ends and mean exactly', () => {
    const histogram = new LogHistogram();
    for (let value = 1; value <= 1000; value++) histogram.add(value);
    const summary = histogram.summary();
    assert.ok(summary);
    assert.deepEqual([summary.min, summary.mean, summary.max], [1, 500.5, 1000]);
    for (const [found, exact] of [
      [summary.p50, 500],
      [summary.p90, 900],
      [summary.p99, 990],
    ] as const) {
      assert.ok(Math.abs(found / exact - 1) < 0.06, `${found} for ${exact}`);
    }
  });

  test('one value is all percentiles; none has none', () => {
    const histogram = new LogHistogram();
    assert.equal(histogram.summary(), undefined);
    assert.deepEqual(histogram.buckets(10), []);
    histogram.add(7);
    assert.deepEqual(Object.values(histogram.summary() ?? {}), [7, 7, 7, 7, 7, 7]);
  });

  test('as few buckets as are asked for, with all values in them', () => {
    const histogram = new LogHistogram();
    for (const value of [0, 0.001, 1, 5, 5000, 3_600_000]) histogram.add(value);
    const buckets = histogram.buckets(12);
    assert.ok(buckets.length <= 12);
    assert.equal(
      buckets.reduce((sum, { count }) => sum + count, 0),
      6,
    );
    for (const [index, { from }] of buckets.slice(1).entries()) assert.equal(from, buckets[index]?.to);
  });
});

describe('throughput', () => {
  test('sums by quarters of a second', () => {
    const series = new TimeSeries(1000);
    series.add(1000, { bytes: 1, records: 10 });
    series.add(1249, { bytes: 2, records: 20 });
    series.add(1500, { bytes: 4, records: 40 });
    assert.deepEqual(series.buckets(60), [
      { second: 0, seconds: 0.25, bytes: 3, records: 30, miniBatches: 2 },
      { second: 0.25, seconds: 0.25, bytes: 0, records: 0, miniBatches: 0 },
      { second: 0.5, seconds: 0.25, bytes: 4, records: 40, miniBatches: 1 },
    ]);
  });

  test('longer buckets for longer jobs, and nothing lost', () => {
    const series = new TimeSeries(0);
    for (let second = 0; second < 10_000; second++) series.add(second * 1000, { bytes: 1, records: 2 });
    const buckets = series.buckets(240);
    assert.ok(buckets.length > 120 && buckets.length <= 240, `${buckets.length}`);
    assert.equal(buckets[0]?.seconds, 64);
    assert.equal(
      buckets.reduce((sum, { bytes }) => sum + bytes, 0),
      10_000,
    );
    assert.ok(series.buckets(60).length <= 60);
  });
});
