/** What a row is for. */
export type RowPart = 'train' | 'validation' | 'test';

/**
 * Divides rows by a hash of their numbers, so that nothing about a row need be kept: each reading gives the same parts.
 * @param shares of the rows that are held back; the rest is for training
 */
export function rowParts(
  seed: number,
  shares: { readonly test: number; readonly validation: number },
): (row: number) => RowPart {
  return (row) => {
    const place = mixed(row, seed) / 2 ** 32;
    if (place < shares.test) return 'test';
    return place < shares.test + shares.validation ? 'validation' : 'train';
  };
}

/** A whole number from 0 to 2^32 - 1: the finaliser of murmur3 over both. */
function mixed(row: number, seed: number): number {
  let hash = Math.imul(row ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
