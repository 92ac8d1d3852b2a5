import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  countValue,
  describeValues,
  mergeValues,
  newFrequentValues,
} from '../../../src/learning/profile/frequent-values.ts';
import { addToSample, newRowSample, sampledValues } from '../../../src/learning/profile/row-sample.ts';
import { addToSeries, describeSeries, newSeries } from '../../../src/learning/profile/series.ts';
import { needsShared, readReference } from '../../models/text/shared-reference.ts';

function described(values: readonly number[]) {
  const series = newSeries(10_000, 1);
  for (const [row, value] of values.entries()) addToSeries(series, row, value);
  return describeSeries(series);
}

describe('a series', () => {
  test('without values is nothing', () => assert.equal(described([]), undefined));
  test('of 0 to 10 has the quantiles that numpy gives', () => {
    const { count, min, max, mean, std, deciles } = described([...Array(11).keys()].reverse()) ?? assert.fail();
    assert.deepEqual([count, min, max, mean, std], [11, 0, 10, 5, 3.16227766017]);
    assert.deepEqual(deciles, { edges: [1, 2, 3, 4, 5, 6, 7, 8, 9], counts: [2, 1, 1, 1, 1, 1, 1, 1, 1, 1] });
  });
  test('of few different values has fewer edges, and a value on an edge is below it', () => {
    assert.deepEqual(described([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])?.deciles, { edges: [0, 0.5, 1], counts: [5, 0, 5, 0] });
  });
  const ranges: [name: string, values: number[], from: number, to: number][] = [
    ['probabilities', [0.2, 0.4], 0, 1],
    ['scores', [-0.2, 0.4], -1, 1],
    ['anything', [-3, 7], -3, 7],
    ['one value', [5, 5], 5, 6],
    ['more than squares can hold', [-1e308, 1e308], -1e150, 1e150],
  ];
  for (const [name, values, from, to] of ranges) {
    test(`of ${name} has a histogram from ${from} to ${to}`, () => {
      const { histogram, std } = described(values) ?? assert.fail();
      assert.deepEqual([histogram.from, histogram.to], [from, to]);
      assert.equal(
        histogram.counts.reduce((sum, count) => sum + count, 0),
        values.length,
      );
      assert.ok(Number.isFinite(std));
    });
  }
});

test('a sample has each row as likely as any other', () => {
  const hits = new Array<number>(10).fill(0);
  for (let seed = 0; seed < 200; seed++) {
    const sample = newRowSample(100, seed);
    for (let row = 0; row < 1000; row++) addToSample(sample, row, row);
    for (const row of sampledValues(sample)) hits[Math.floor(row / 100)] = (hits[Math.floor(row / 100)] as number) + 1;
  }
  // 2,000 expected in each tenth, with a standard deviation of about 40.
  for (const hit of hits) assert.ok(Math.abs(hit - 2000) < 200, `${hits}`);
});

describe('frequent values', () => {
  const counted = (values: Iterable<string>) => {
    const found = newFrequentValues();
    for (const value of values) countValue(found, value);
    return found;
  };
  /** A value of half the rows among so many that occur once. */
  function* many(from: number, count: number) {
    for (let index = from; index < from + count; index++) {
      yield 'often';
      yield `${index}`;
    }
  }
  test('are exact while there are few', () => {
    const profile = describeValues(counted([...'aaaaaabbbbbc', 'x'.repeat(65)]));
    assert.deepEqual(profile, {
      count: 13,
      distinct: null,
      top: [
        { value: 'a', count: 6 },
        { value: 'b', count: 5 },
      ],
      other: 2,
      undercount: 0,
    });
  });
  test('keep the frequent ones of very many, and say how wrong the counts may be', () => {
    const profile = describeValues(counted(many(0, 10_000))) ?? assert.fail();
    const [often] = profile.top;
    assert.equal(often?.value, 'often');
    assert.equal(profile.distinct, null);
    assert.ok((often?.count as number) <= 10_000 && (often?.count as number) + profile.undercount >= 10_000);
    assert.ok(profile.undercount <= 20_000 / 1001);
  });
  test('of two parts stay bounded', () => {
    const found = counted(many(0, 900));
    mergeValues(found, counted(many(900, 900)));
    assert.ok(found.counts.size <= 1000);
    const { top, undercount } = describeValues(found) ?? assert.fail();
    assert.equal((top[0]?.count as number) + undercount, 1800);
  });
});

test('deciles have the edges and counts that PSI of the reference has', needsShared, () => {
  for (const { note, reference, psi_10_quantile_bins: expected } of readReference('drift.json').numeric) {
    const { edges, counts } = described(reference)?.deciles ?? assert.fail();
    assert.equal(edges.length, expected.inner_edges.length, note);
    for (const [index, edge] of edges.entries()) {
      assert.ok(
        Math.abs(edge - expected.inner_edges[index]) <= 1e-9,
        `${note}: ${edge}, ${expected.inner_edges[index]}`,
      );
    }
    assert.deepEqual(counts, expected.reference_counts, note);
  }
});
