/** Whether two models err on different rows more often than chance would have it. */
export interface McNemar {
  readonly only_a_right: number;
  readonly only_b_right: number;
  /** Exact binomial where fewer than 25 rows differ, else chi-square with continuity correction. */
  readonly method: 'exact' | 'chi_square';
  readonly statistic: number | null;
  readonly p_value: number;
}

export function mcnemar(onlyA: number, onlyB: number): McNemar {
  const differ = onlyA + onlyB;
  const counts = { only_a_right: onlyA, only_b_right: onlyB };
  if (differ < 25) {
    const tail = binomialTail(differ, Math.min(onlyA, onlyB));
    return { ...counts, method: 'exact', statistic: null, p_value: Math.min(1, 2 * tail) };
  }
  const statistic = Math.max(0, Math.abs(onlyA - onlyB) - 1) ** 2 / differ;
  return { ...counts, method: 'chi_square', statistic, p_value: erfc(Math.sqrt(statistic / 2)) };
}

/** The chance of at most `most` heads of `throws` of a coin. */
function binomialTail(throws: number, most: number): number {
  let [ways, total] = [1, 1];
  for (let heads = 1; heads <= most; heads++) {
    ways = (ways * (throws - heads + 1)) / heads;
    total += ways;
  }
  return total / 2 ** throws;
}

/** The complementary error function for x ≥ 0: its series near 0, else its continued fraction; wrong by less than 1e-13. */
export function erfc(x: number): number {
  if (x < 2) {
    let [term, total] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * total; n++) {
      term *= -(x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
