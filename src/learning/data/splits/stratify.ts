import { shuffle } from '../../random.ts';

/**
 * The part of each row, so that every part has its share of every class, as scikit-learn's StratifiedKFold divides them:
 * the sorted labels are dealt out in turn, which says how many rows of a class each part gets; which ones is random.
 */
export function stratify(labels: ArrayLike<number>, parts: number, random: () => number): Uint32Array {
  const partOf = new Uint32Array(labels.length);
  let dealt = 0;
  for (const rows of rowsByClass(labels)) {
    const turns = Uint32Array.from(rows, (_, index) => (dealt + index) % parts);
    dealt += rows.length;
    shuffle(turns, random);
    for (const [index, row] of rows.entries()) partOf[row] = turns[index] as number;
  }
  return partOf;
}

/** The rows of each class, ascending, the classes in order. */
export function rowsByClass(labels: ArrayLike<number>): Uint32Array[] {
  const counts: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    while (counts.length <= label) counts.push(0);
    counts[label] = (counts[label] as number) + 1;
  }
  const rows = counts.map((count) => new Uint32Array(count));
  const ends = counts.map(() => 0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    (rows[label] as Uint32Array)[ends[label] as number] = row;
    ends[label] = (ends[label] as number) + 1;
  }
  return rows;
}
