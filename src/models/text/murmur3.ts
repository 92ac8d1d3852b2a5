/** MurmurHash3 (x86, 32 bits, signed) of `bytes[start, end)`: scikit-learn's hash for feature hashing. */
export function murmur3(bytes: DataView, start: number, end: number, seed = 0): number {
  let hash = seed | 0;
  const blocksEnd = end - 3;
  let at = start;
  for (; at < blocksEnd; at += 4) hash = mixBlock(hash, bytes.getInt32(at, true));
  return finish(mixTail(hash, bytes, at, end), end - start);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function mixTail(hash: number, bytes: DataView, at: number, end: number): number {
  if (at === end) return hash;
  let block = bytes.getUint8(at);
  if (at + 1 < end) block |= bytes.getUint8(at + 1) << 8;
  if (at + 2 < end) block |= bytes.getUint8(at + 2) << 16;
  return hash ^ scramble(block);
}

function scramble(block: number): number {
  const multiplied = Math.imul(block, 0xcc9e2d51);
  return Math.imul((multiplied << 15) | (multiplied >>> 17), 0x1b873593);
}

function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
