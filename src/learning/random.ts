/** A seeded generator of numbers in [0, 1): the same seed gives the same run on every machine (sfc32). */
export function createRandom(seed: number): () => number {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers of close seeds resemble each other.
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** Puts the values in a random order, in place. */
export function shuffle(values: Uint32Array | unknown[], random: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const value = values[last];
    values[last] = values[other] as never;
    values[other] = value as never;
  }
}
