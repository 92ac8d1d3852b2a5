import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spread, unevenness } from '../../../src/sagemaker/shard/spread.ts';

describe('how unevenly objects keep instances busy', () => {
  const cases: [about: string, sizes: number[], instances: number, expected: number][] = [
    ['one object', [10], 4, 4],
    ['as many equal ones', [10, 10, 10, 10], 4, 1],
    ['one more than instances', [10, 10, 10, 10, 10], 4, 1.6],
    ['one large among small ones', [97, 1, 1, 1], 2, 1.96],
    ['empty ones', [0, 0], 2, 1],
    ['one instance', [1, 2, 3], 1, 1],
  ];
  for (const [about, sizes, instances, expected] of cases) {
    it(`says of ${about} ${expected}`, () => assert.equal(unevenness(sizes, instances), expected));
  }
});

describe('spreading', () => {
  const sizes = [...Array<number>(24).fill(100), ...Array.from({ length: 40 }, (_, index) => 1 + (index % 7))];
  for (const instances of [2, 4, 8]) {
    it(`evens out ${instances} instances, whether they get every n-th or one n-th in a row`, () => {
      const order = spread(sizes, instances, (size) => size);
      assert.deepEqual(order.toSorted(), sizes.toSorted());
      assert.ok(unevenness(order, instances) < 1.15, String(unevenness(order, instances)));
      const length = order.length / instances;
      const rows = Array.from({ length: instances }, (_, row) => order.slice(row * length, (row + 1) * length));
      const loads = rows.map((row) => row.reduce((sum, size) => sum + size, 0));
      assert.ok(Math.max(...loads) / Math.min(...loads) < 1.15, String(loads));
    });
  }
});
