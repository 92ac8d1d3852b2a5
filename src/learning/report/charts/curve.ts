import { grey, ink, orange, round } from './style.ts';

export function unitAxes(x: string, y: string) {
  const scale = { domain: [0, 1], nice: false };
  return {
    x: { field: 'x', type: 'quantitative', title: x, scale, axis: { tickCount: 6 } },
    y: { field: 'y', type: 'quantitative', title: y, scale, axis: { tickCount: 6 } },
  };
}

/** A dashed line to read the curve against. */
export function reference(values: readonly { x: number; y: number }[]): object {
  return {
    data: { values },
    mark: { type: 'line', color: grey, strokeDash: [5, 4], strokeWidth: 1.2 },
    encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  };
}

export function operatingPoint(point: { x: number; y: number } | undefined, threshold: number | undefined): object[] {
  if (point === undefined || threshold === undefined) return [];
  // The words stay inside the picture: left of a point that lies far right.
  const side = point.x > 0.6 ? { align: 'right', dx: -9 } : { align: 'left', dx: 9 };
  const encoding = { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } };
  const data = { values: [{ ...point, text: `threshold ${round(threshold)}` }] };
  return [
    { data, encoding, mark: { type: 'point', color: orange, filled: true, size: 80, opacity: 1 } },
    {
      data,
      encoding: { ...encoding, text: { field: 'text' } },
      mark: { type: 'text', color: ink, fontSize: 11, dy: 14, ...side },
    },
  ];
}

/** The curve's point at the model's threshold. */
export function nearest<Point extends { readonly threshold: number | null }>(
  points: readonly Point[],
  threshold: number | undefined,
): Point | undefined {
  if (threshold === undefined) return undefined;
  let best: Point | undefined;
  let least = Infinity;
  for (const point of points) {
    const distance = point.threshold === null ? Infinity : Math.abs(point.threshold - threshold);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

export function plotted<X extends string, Y extends string>(
  points: readonly Readonly<Record<X | Y, number>>[],
  x: X,
  y: Y,
): object[] {
  return points.map((point, order) => ({ x: point[x], y: point[y], order }));
}
