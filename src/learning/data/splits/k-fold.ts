import { createRandom, shuffle } from '../../random.ts';
import { checkLengths, checkSplit, unusable } from './check-split.ts';
import { numberGroups } from './group-rows.ts';
import { type Split, type SplitRows, splitBy } from './split.ts';
import { stratify } from './stratify.ts';

export type FoldMethod = 'position' | 'shuffled' | 'stratified' | 'group';

export interface KFoldOptions extends SplitRows {
  /** From 2 to the number of rows. */
  readonly folds: number;
  /**
   * `position`: a row's index modulo the folds. `shuffled`: at random. `stratified`: at random, with the same share of
   * each class in every fold. `group`: whole groups, the largest first to the fold that has the fewest rows.
   */
  readonly method: FoldMethod;
  readonly seed: number;
}

/**
 * The folds: fold i tries row by row what was learnt from the other folds. The same options give the same folds on every
 * machine.
 * @throws BatchlineError INVALID_INPUT where a fold would be of no use
 */
export function kFold(options: KFoldOptions): Split[] {
  const { folds, method, rows } = options;
  checkLengths(options);
  if (!Number.isInteger(folds) || folds < 2 || folds > rows) {
    throw unusable(`folds: expected a whole number from 2 to ${rows}, the number of rows; received ${folds}`);
  }
  const foldOf = assign[method](options);
  return Array.from({ length: folds }, (_, fold) => {
    const name = { name: `fold ${fold + 1} of ${folds} (${method})`, remedy: remedies[method] };
    return checkSplit(splitBy(foldOf, fold), options, name);
  });
}

const remedies: Readonly<Record<FoldMethod, string>> = {
  position: 'take the method stratified, or fewer folds',
  shuffled: 'take the method stratified, or fewer folds',
  stratified: 'take fewer folds, or more rows of the smallest class',
  group: 'take fewer folds, or smaller groups',
};

const assign: Readonly<Record<FoldMethod, (options: KFoldOptions) => Uint32Array>> = {
  position: ({ rows, folds }) => Uint32Array.from({ length: rows }, (_, row) => row % folds),
  shuffled({ rows, folds, seed }) {
    const foldOf = Uint32Array.from({ length: rows }, (_, row) => row % folds);
    shuffle(foldOf, createRandom(seed));
    return foldOf;
  },
  stratified({ labels, folds, seed }) {
    if (!labels) throw unusable('method stratified: expected labels, received none');
    return stratify(labels, folds, createRandom(seed));
  },
  group: foldsOfGroups,
};

/** As scikit-learn's GroupKFold, but groups of equal size come in a random order. */
function foldsOfGroups({ groups, folds, seed }: KFoldOptions): Uint32Array {
  if (!groups) throw unusable('method group: expected the group of each row, received none');
  const { ofRow, sizes } = numberGroups(groups);
  if (sizes.length < folds) {
    throw unusable(
      `method group: expected at least ${folds} groups, one a fold, received ${sizes.length}; take fewer folds`,
    );
  }
  const order = Uint32Array.from(sizes.keys());
  shuffle(order, createRandom(seed));
  order.sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
  const loads = new Uint32Array(folds);
  const foldOfGroup = new Uint32Array(sizes.length);
  for (const group of order) {
    const lightest = loads.indexOf(Math.min(...loads));
    foldOfGroup[group] = lightest;
    loads[lightest] = (loads[lightest] as number) + (sizes[group] as number);
  }
  return ofRow.map((group) => foldOfGroup[group] as number);
}
