import type { BigIntStats } from 'node:fs';

/** A file's version: its size and time of modification, in nanoseconds, both in hex. */
export function etagOf({ size, mtimeNs }: BigIntStats): string {
  return `${size.toString(16)}-${mtimeNs.toString(16)}`;
}
