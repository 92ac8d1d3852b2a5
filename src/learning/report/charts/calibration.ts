import type { CalibrationBin, EvaluationFacts } from '../evaluation-facts.ts';
import { reference, unitAxes } from './curve.ts';
import { blue, shortNames, square, withFigure } from './style.ts';

export function calibrationSpec(
  { classes, positive = 1, figures }: EvaluationFacts,
  bins: readonly CalibrationBin[],
): object {
  const values = bins
    .filter(({ rows }) => rows > 0)
    .map(({ mean_probability, observed, rows }) => ({ x: mean_probability, y: observed, ...wilson(observed, rows) }));
  const encoding = unitAxes(
    `mean predicted probability of ${shortNames(classes)[positive] ?? 'the class'}`,
    'observed share',
  );
  return {
    title: {
      text: 'Calibration',
      subtitle: [
        withFigure('expected calibration error', figures['calibration_error']),
        'bars: 95 % intervals of the observed share',
      ].filter(Boolean),
    },
    ...square,
    layer: [
      reference([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
      {
        data: { values },
        encoding,
        layer: [
          {
            mark: { type: 'rule', color: blue, strokeWidth: 1.5 },
            encoding: { y: { ...encoding.y, field: 'low' }, y2: { field: 'high' } },
          },
          { mark: { type: 'line', color: blue, strokeWidth: 1.5, opacity: 0.6 } },
          { mark: { type: 'point', color: blue, filled: true, size: 55, opacity: 1 } },
        ],
      },
    ],
  };
}

/** Wilson's 95 % interval of a share, which stays within 0 and 1 however few the rows. */
function wilson(share: number, count: number): { low: number; high: number } {
  const z2 = 1.959964 ** 2;
  const centre = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Math.sqrt(z2) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count * count))) / (1 + z2 / count);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
