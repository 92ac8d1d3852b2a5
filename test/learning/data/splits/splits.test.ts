import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type FoldMethod, kFold } from '../../../../src/learning/data/splits/k-fold.ts';
import type { Split } from '../../../../src/learning/data/splits/split.ts';
import { trainTestSplit } from '../../../../src/learning/data/splits/train-test-split.ts';

const methods: FoldMethod[] = ['position', 'shuffled', 'stratified', 'group'];
/** A third of the rows are positive; 41 groups of unequal sizes. */
const rows = 1003;
const labels = Uint8Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 1 : 0));
const groups = Array.from({ length: rows }, (_, row) => `chain ${Math.floor(Math.sqrt(row * 1.6))}`);

function checksum(splits: readonly Split[]): string {
  const hash = createHash('sha256');
  for (const { train, test } of splits) hash.update(`${train.join()};${test.join()}\n`);
  return hash.digest('hex').slice(0, 16);
}

for (const method of methods) {
  test(`${method} folds try every row once, and never one that was learnt from`, () => {
    const splits = kFold({ rows, folds: 7, method, seed: 1, labels, groups });
    assert.deepEqual(
      splits.flatMap(({ test }) => [...test]).sort((a, b) => a - b),
      [...labels.keys()],
    );
    for (const { train, test } of splits) {
      assert.deepEqual(
        [...train, ...test].sort((a, b) => a - b),
        [...labels.keys()],
      );
      assert.deepEqual(test, test.toSorted());
      assert.deepEqual(train, train.toSorted());
      assert.ok(Math.abs(test.length - rows / 7) < (method === 'group' ? 20 : 1.01), `${test.length}`);
    }
  });

  test(`${method} folds are the same for the same seed`, () => {
    const sumOf = (seed: number) => checksum(kFold({ rows, folds: 7, method, seed, labels, groups }));
    assert.equal(sumOf(1), sumOf(1));
    if (method === 'position') assert.equal(sumOf(1), sumOf(2));
    else assert.notEqual(sumOf(1), sumOf(2));
  });
}

test('folds by position are the rows modulo their number', () => {
  const [first, second] = kFold({ rows: 6, folds: 3, method: 'position', seed: 1 });
  assert.deepEqual(first, { train: Uint32Array.of(1, 2, 4, 5), test: Uint32Array.of(0, 3) });
  assert.deepEqual(second?.test, Uint32Array.of(1, 4));
});

test('stratified folds have the same share of each class, to one row', () => {
  for (const { test } of kFold({ rows, folds: 7, method: 'stratified', seed: 5, labels })) {
    const positive = test.filter((row) => labels[row] === 1).length;
    assert.ok(Math.abs(positive - 335 / 7) < 1, `${positive}`);
  }
});

test('a group is on one side only', () => {
  const splits = [
    ...kFold({ rows, folds: 5, method: 'group', seed: 3, groups }),
    trainTestSplit({ rows, test: 0.2, stratified: false, seed: 3, groups }),
  ];
  for (const { train, test } of splits) {
    const learnt = new Set([...train].map((row) => groups[row]));
    assert.ok([...test].every((row) => !learnt.has(groups[row])));
  }
});

const sizes: [test: number, stratified: boolean, expected: number][] = [
  [0.1, false, 101], // scikit-learn rounds up
  [0.1, true, 101],
  [0.5, true, 502],
  [1, false, 1],
  [250, true, 250],
];
for (const [share, stratified, expected] of sizes) {
  test(`a test part of ${share}${stratified ? ', stratified,' : ''} has ${expected} rows`, () => {
    const options = { rows, test: share, stratified, ...(stratified ? { labels } : {}) };
    const split = trainTestSplit({ ...options, seed: 1 });
    assert.equal(split.test.length, expected);
    assert.equal(split.train.length, rows - expected);
    assert.deepEqual(trainTestSplit({ ...options, seed: 1 }), split);
    assert.notDeepEqual(trainTestSplit({ ...options, seed: 2 }), split);
    if (!stratified) return;
    const positive = split.test.filter((row) => labels[row] === 1).length;
    assert.ok(Math.abs(positive - (expected * 335) / rows) < 1);
  });
}

test('gives the same bits on every machine', () => {
  const splits = methods.flatMap((method) => kFold({ rows, folds: 7, method, seed: 42, labels, groups }));
  splits.push(trainTestSplit({ rows, test: 0.1, stratified: true, seed: 42, labels }));
  assert.equal(checksum(splits), '5f3c763cceed7585');
});

const sorted = Uint8Array.of(0, 0, 0, 0, 0, 1);
const few = { rows: 6, seed: 1, labels: sorted, classes: ['bad', 'good'] };
const wrong: [about: string, run: () => unknown, message: RegExp][] = [
  [
    'one fold',
    () => kFold({ ...few, folds: 1, method: 'position' }),
    /folds: expected a whole number from 2 to 6, .*received 1/,
  ],
  ['more folds than rows', () => kFold({ ...few, folds: 7, method: 'position' }), /received 7/],
  ['half a fold', () => kFold({ ...few, folds: 2.5, method: 'position' }), /received 2\.5/],
  [
    'a fold of one class',
    () => kFold({ ...few, folds: 2, method: 'position' }),
    /^fold 1 of 2 \(position\): all 3 rows of the test part have the label "bad"; take the method stratified/,
  ],
  [
    'a class too small',
    () => kFold({ ...few, folds: 3, method: 'stratified' }),
    /of 3 \(stratified\): all \d rows of the (test|train) part have the label "bad"; take fewer folds/,
  ],
  ['no labels', () => kFold({ rows: 6, folds: 2, method: 'stratified', seed: 1 }), /stratified: expected labels/],
  ['no groups', () => kFold({ ...few, folds: 2, method: 'group' }), /expected the group of each row/],
  [
    'too few groups',
    () => kFold({ ...few, folds: 3, method: 'group', groups: 'aaaabb' }),
    /expected at least 3 groups, one a fold, received 2/,
  ],
  [
    'labels of other rows',
    () => kFold({ ...few, rows: 5, folds: 2, method: 'position' }),
    /one value of labels for each of 5 rows, received 6/,
  ],
  [
    'a share of 0',
    () => trainTestSplit({ ...few, test: 0, stratified: false }),
    /test: expected a share between 0 and 1, or .*received 0/,
  ],
  ['a share that is no number', () => trainTestSplit({ ...few, test: Number.NaN, stratified: false }), /received NaN/],
  ['all rows', () => trainTestSplit({ ...few, test: 6, stratified: false }), /6 of 6 rows leaves none to train on/],
  [
    'one row',
    () => trainTestSplit({ ...few, test: 1, stratified: true }),
    /the only row of the test part has the label "bad"; take a larger test part$/,
  ],
  ['groups and strata', () => trainTestSplit({ ...few, test: 2, stratified: true, groups: 'aabbcc' }), /not both/],
  ['strata without labels', () => trainTestSplit({ rows: 6, seed: 1, test: 2, stratified: true }), /expected labels/],
  [
    'one group',
    () => trainTestSplit({ rows: 6, seed: 1, test: 2, stratified: false, groups: 'aaaaaa' }),
    /the train part is empty; take smaller groups/,
  ],
];
for (const [about, run, message] of wrong) {
  test(`refuses ${about}`, () => {
    assert.throws(run, { name: 'BatchlineError', code: 'INVALID_INPUT', message });
  });
}
