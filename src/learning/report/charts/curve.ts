import type { EvaluationFacts } from '../evaluation-facts.ts';
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

/** Where the model's threshold puts it. Nothing where either is unknown. */
export function operatingPoint(point: { x: number; y: number } | undefined, threshold: number | undefined): object[] {
  if (point === undefined || threshold === undefined || !Number.isFinite(point.x + point.y)) return [];
  // The words stay inside the picture: left of a point that lies far right, above one that lies low.
  const side = point.x > 0.6 ? { align: 'right', dx: -9 } : { align: 'left', dx: 9 };
  const encoding = { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } };
  const data = { values: [{ ...point, text: `threshold ${round(threshold)}` }] };
  return [
    { data, encoding, mark: { type: 'point', color: orange, filled: true, size: 80, opacity: 1 } },
    {
      data,
      encoding: { ...encoding, text: { field: 'text' } },
      mark: { type: 'text', color: ink, fontSize: 11, dy: point.y < 0.12 ? -14 : 14, ...side },
    },
  ];
}

/** Rows of two classes, by what the positive one was taken for; undefined of more. */
export function decided({ confusion, positive = 1 }: Pick<EvaluationFacts, 'confusion' | 'positive'>) {
  if (confusion.length !== 2) return undefined;
  const rows = (actual: number, predicted: number) => confusion[actual]?.[predicted] ?? 0;
  const negative = 1 - positive;
  return {
    truePositives: rows(positive, positive),
    falsePositives: rows(negative, positive),
    positives: rows(positive, positive) + rows(positive, negative),
    negatives: rows(negative, positive) + rows(negative, negative),
  };
}

export function plotted<X extends string, Y extends string>(
  points: readonly Readonly<Record<X | Y, number>>[],
  x: X,
  y: Y,
): object[] {
  return points.map((point, order) => ({ x: point[x], y: point[y], order }));
}
