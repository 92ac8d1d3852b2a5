import { precisionRecallPoints } from '../curve-points.ts';
import type { EvaluationFacts, PrecisionRecallCurve } from '../evaluation-facts.ts';
import { decided, operatingPoint, plotted, reference, unitAxes } from './curve.ts';
import { blue, percent, square, sum, withFigure } from './style.ts';

export function prSpec(facts: EvaluationFacts, pr: PrecisionRecallCurve): object {
  const { figures, confusion, positive = 1, threshold } = facts;
  const points = precisionRecallPoints(pr);
  const counts = decided(facts);
  const rate = sum(confusion[positive] ?? []) / sum(confusion.map(sum));
  return {
    title: {
      text: 'Precision and recall',
      subtitle: [
        withFigure('average precision', figures['average_precision']),
        `dashed: the share of positives, ${percent(rate)}`,
      ].filter(Boolean),
    },
    ...square,
    layer: [
      reference([
        { x: 0, y: rate },
        { x: 1, y: rate },
      ]),
      {
        data: { values: plotted(points, 'recall', 'precision') },
        // The precision at a recall holds for all recalls below it: that is the area that average precision adds up.
        mark: { type: 'line', color: blue, strokeWidth: 2, interpolate: 'step-before' },
        encoding: { ...unitAxes('recall', 'precision'), order: { field: 'order', type: 'quantitative' } },
      },
      ...operatingPoint(
        counts && {
          x: counts.truePositives / counts.positives,
          y: counts.truePositives / (counts.truePositives + counts.falsePositives),
        },
        threshold,
      ),
    ],
  };
}
