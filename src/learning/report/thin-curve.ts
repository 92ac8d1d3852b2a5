/** A thousandth of an axis: less than a pixel of any picture. */
const leastStep = 1e-3;

/**
 * The points of a curve that a picture can show: the first, the last, every one that is a thousandth away from the one
 * kept before it, and what comes just before a jump, so that steps stay steps. Evaluations of a million rows have as many
 * points.
 */
export function thinCurve<X extends string, Y extends string, Point extends Readonly<Record<X | Y, number>>>(
  points: readonly Point[],
  x: X,
  y: Y,
): Point[] {
  const kept: Point[] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    if (last === undefined || index === points.length - 1 || isAway(last, point)) {
      const before = points[index - 1];
      if (before !== undefined && before !== last && isAway(before, point)) kept.push(before);
      kept.push(point);
    }
  }
  return kept;

  function isAway(from: Point, to: Point): boolean {
    return Math.abs(from[x] - to[x]) >= leastStep || Math.abs(from[y] - to[y]) >= leastStep;
  }
}
