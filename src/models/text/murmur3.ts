/** MurmurHash3 (x86, 32 bits, signed) of `bytes[start, end)`: scikit-learn's hash for feature hashing. */
export function murmur3(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let hash = seed | 0;
  const blocksEnd = end - 3;
  let at = start;
  for (; at < blocksEnd; at += 4) hash = mixBlock(hash, readBlock(bytes, at));
  return finish(mixTail(hash, bytes, at, end), end - start);
}

function readBlock(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

export function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

export function mixTail(hash: number, bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return hash;
  let block = bytes[at] as number;
  if (at + 1 < end) block |= (bytes[at + 1] as number) << 8;
  if (at + 2 < end) block |= (bytes[at + 2] as number) << 16;
  return hash ^ scramble(block);
}

function scramble(block: number): number {
  const multiplied = Math.imul(block, 0xcc9e2d51);
  return Math.imul((multiplied << 15) | (multiplied >>> 17), 0x1b873593);
}

export function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
