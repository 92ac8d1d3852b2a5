/** How many of n trials succeed, each with chance p: a draw whose time does not grow with n. */
export function drawBinomial(n: number, p: number, random: () => number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  return n * p < 10 ? byInversion(n, p, random) : byRejection(n, p, random);
}

/** Draws n rows with replacement, given how many are in each cell, and writes into `drawn` how many came of each. */
export function drawMultinomial(counts: Float64Array, drawn: Float64Array, random: () => number): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [rows, left] = [total, total];
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    const taken = count === left ? rows : drawBinomial(rows, count / left, random);
    drawn[cell] = taken;
    rows -= taken;
    left -= count;
  }
}

/** Goes up the probabilities of 0, 1, 2, … until the drawn one is reached. */
function byInversion(n: number, p: number, random: () => number): number {
  const odds = p / (1 - p);
  for (;;) {
    let chance = (1 - p) ** n;
    let draw = random();
    for (let count = 0; count <= n; count++) {
      if (draw < chance) return count;
      draw -= chance;
      chance *= (odds * (n - count)) / (count + 1);
    }
    // Rounding left a rest beyond n: draw again.
  }
}

/** Hörmann 1993, "The generation of binomial random variates", algorithm BTRS. */
function byRejection(n: number, p: number, random: () => number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const center = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const odds = p / (1 - p);
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + center);
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return count;
    if (count < 0 || count > n) continue;
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - count + 1)) +
      (count + 0.5) * Math.log((odds * (n - count + 1)) / (count + 1)) +
      (stirling(mode) + stirling(n - mode) - stirling(count) - stirling(n - count));
    if (Math.log((v * alpha) / (a / us ** 2 + b)) <= bound) return count;
  }
}

/** What Stirling's formula lacks of ln k!, for k of 0 to 9. */
const corrections = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.00925546218271273, 0.00833056343336287,
];

function stirling(k: number): number {
  const next = k + 1;
  const square = next * next;
  return corrections[k] ?? (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / next;
}
