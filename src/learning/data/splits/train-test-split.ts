import { createRandom, shuffle } from '../../random.ts';
import { checkLengths, checkSplit, unusable } from './check-split.ts';
import { numberGroups } from './group-rows.ts';
import { type Split, type SplitRows, splitBy } from './split.ts';
import { rowsByClass } from './stratify.ts';

export interface TrainTestOptions extends SplitRows {
  /** A share of the rows, rounded up, as scikit-learn rounds; or from 1 on how many rows. */
  readonly test: number;
  /** Whether both parts have the same share of each class; not with groups. */
  readonly stratified: boolean;
  readonly seed: number;
}

/**
 * One split at random. Groups are taken whole, in random order, until the test part is large enough.
 * @throws BatchlineError INVALID_INPUT where a part would be of no use
 */
export function trainTestSplit(options: TrainTestOptions): Split {
  const { rows, test, stratified, labels, groups } = options;
  checkLengths(options);
  const isShare = test > 0 && test < 1;
  if (!isShare && !(Number.isInteger(test) && test >= 1)) {
    throw unusable(`test: expected a share between 0 and 1, or a whole number of rows; received ${test}`);
  }
  const count = isShare ? Math.ceil(test * rows) : test;
  const received = `test: ${test} of ${rows} rows`;
  if (count >= rows) throw unusable(`${received} leaves none to train on; take a smaller share, or more data`);
  if (stratified && groups) throw unusable('a split is stratified or keeps groups together, not both; take one');
  if (stratified && !labels) throw unusable('a stratified split: expected labels, received none');
  const inTest = stratified
    ? stratifiedTest(labels as ArrayLike<number>, count, options.seed)
    : groups
      ? groupedTest(groups, count, options.seed)
      : randomTest(rows, count, options.seed);
  const remedy = groups ? 'take smaller groups' : `take a larger test part${stratified ? '' : ', or a stratified one'}`;
  return checkSplit(splitBy(inTest, 1), options, { name: received, remedy });
}

function randomTest(rows: number, count: number, seed: number): Uint8Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  shuffle(order, createRandom(seed));
  return marked(rows, order.subarray(0, count));
}

function stratifiedTest(labels: ArrayLike<number>, count: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const classes = rowsByClass(labels);
  const shares = largestRemainders(
    classes.map(({ length }) => length),
    count,
  );
  const inTest = new Uint8Array(labels.length);
  for (const [index, rows] of classes.entries()) {
    shuffle(rows, random);
    for (const row of rows.subarray(0, shares[index])) inTest[row] = 1;
  }
  return inTest;
}

/** Divides a count by sizes: each gets the whole part of its share, what is left goes to the largest remainders. */
function largestRemainders(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => Math.floor((size * count) / total));
  const left = count - shares.reduce((sum, share) => sum + share, 0);
  const remainder = (index: number) => ((sizes[index] as number) * count) % total;
  const order = [...sizes.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const index of order.slice(0, left)) shares[index] = (shares[index] as number) + 1;
  return shares;
}

function groupedTest(groups: ArrayLike<number | string>, count: number, seed: number): Uint8Array {
  const { ofRow, sizes } = numberGroups(groups);
  const order = Uint32Array.from(sizes.keys());
  shuffle(order, createRandom(seed));
  const taken = new Uint8Array(sizes.length);
  let rows = 0;
  for (const group of order) {
    if (rows >= count) break;
    taken[group] = 1;
    rows += sizes[group] as number;
  }
  return Uint8Array.from(ofRow, (group) => taken[group] as number);
}

function marked(rows: number, chosen: Uint32Array): Uint8Array {
  const marks = new Uint8Array(rows);
  for (const row of chosen) marks[row] = 1;
  return marks;
}
