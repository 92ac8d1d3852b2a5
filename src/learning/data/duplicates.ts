import { createContentTable } from './content-table.ts';
import { type Place, placeText } from './data-error.ts';
import type { RowHashes } from './row-hashes.ts';
import type { Split } from './splits/split.ts';

/** What the model could have learnt by heart: rows of the test part whose content also stands in the train part. */
export interface Duplicates {
  /** Rows of the test part. */
  readonly count: number;
  /** How many of them have another label there: figures on these say nothing. */
  readonly conflicting: number;
  /** The first few, conflicting ones first. */
  readonly first: readonly DuplicatePair[];
}

export interface DuplicatePair {
  readonly test: Place;
  readonly train: Place;
  readonly conflicting: boolean;
}

const mostShown = 5;

export function findDuplicates(hashes: RowHashes, { train, test }: Split): Duplicates {
  const { labels, place } = hashes;
  const table = createContentTable(hashes, train.length);
  const disputed = disputedContents(hashes, train, table);
  const pairs: DuplicatePair[] = [];
  const conflicts: DuplicatePair[] = [];
  let [count, conflicting] = [0, 0];
  for (const row of test) {
    const found = table.find(row);
    if (found === undefined) continue;
    // Where the train part has both labels, one of them is not this row's.
    const other = labels[found] === labels[row] ? disputed.get(found) : found;
    count += 1;
    if (other !== undefined) conflicting += 1;
    const list = other === undefined ? pairs : conflicts;
    if (list.length < mostShown) {
      list.push({ test: place(row), train: place(other ?? found), conflicting: other !== undefined });
    }
  }
  return { count, conflicting, first: [...conflicts, ...pairs].slice(0, mostShown) };
}

/** Puts the train part into the table; by the first row of a content, one with another label. */
function disputedContents({ labels }: RowHashes, train: Uint32Array, table: ReturnType<typeof createContentTable>) {
  const disputed = new Map<number, number>();
  for (const row of train) {
    const first = table.put(row);
    if (labels[first] !== labels[row] && !disputed.has(first)) disputed.set(first, row);
  }
  return disputed;
}

/** The group of each row, so that rows of the same content are never on both sides of a split: for the method group. */
export function contentGroups(hashes: RowHashes): Uint32Array {
  const table = createContentTable(hashes, hashes.rows);
  return Uint32Array.from({ length: hashes.rows }, (_, row) => table.put(row));
}

/** What there is to say of them; undefined if there are none. */
export function duplicatesText({ count, conflicting, first }: Duplicates): string | undefined {
  const [pair] = first;
  if (!pair) return undefined;
  const rows = count === 1 ? '1 row of the test part is' : `${count} rows of the test part are`;
  const conflict = conflicting === 0 ? '' : `, ${conflicting} of them with another label`;
  const example = `${placeText(pair.test)} is ${placeText(pair.train)}`;
  return `${rows} in the train part too${conflict} (${example}); figures are better than on new data`;
}
