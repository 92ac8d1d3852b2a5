import type { RowHashes } from './row-hashes.ts';

/** Rows by content: an open-addressed table of row numbers, 8 to 16 bytes a row. */
export interface ContentTable {
  /** The row with this row's content that was put in first; itself if there is none before, and it is put in. */
  readonly put: (row: number) => number;
  /** The row with this row's content that was put in first. */
  readonly find: (row: number) => number | undefined;
}

/** @param rows how many will be put in at most */
export function createContentTable({ high, low }: RowHashes, rows: number): ContentTable {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, rows * 2)));
  const slots = new Uint32Array(size); // row + 1
  const slotOf = (row: number): number => {
    let slot = (low[row] as number) & (size - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const other = (slots[slot] as number) - 1;
      if (high[other] === high[row] && low[other] === low[row]) break;
    }
    return slot;
  };
  return {
    put(row) {
      const slot = slotOf(row);
      if (slots[slot] === 0) slots[slot] = row + 1;
      return (slots[slot] as number) - 1;
    },
    find(row) {
      const found = slots[slotOf(row)] as number;
      return found === 0 ? undefined : found - 1;
    },
  };
}
