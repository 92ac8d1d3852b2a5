/** The value below which a share of ascending values lies, interpolated between two with numpy's rounding. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const weight = position - below;
  const from = sorted[below] as number;
  const to = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return weight < 0.5 ? from + (to - from) * weight : to - (to - from) * (1 - weight);
}
