import type { EvaluationFacts } from '../evaluation-facts.ts';
import { thinCurve } from '../thin-curve.ts';
import { nearest, operatingPoint, plotted, reference, unitAxes } from './curve.ts';
import { blue, percent, square, sum, withFigure } from './style.ts';

export function prSpec({ pr = [], figures, confusion, threshold }: EvaluationFacts): object {
  const ascending = (pr[0]?.recall ?? 0) > (pr.at(-1)?.recall ?? 0) ? [...pr].reverse() : pr;
  const chosen = nearest(pr, threshold);
  const rate = sum(confusion[1] ?? []) / sum(confusion.map(sum));
  return {
    title: {
      text: 'Precision and recall',
      subtitle: [
        withFigure('average precision', figures['pr_auc'] ?? figures['average_precision']),
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
        data: { values: plotted(thinCurve(ascending, 'recall', 'precision'), 'recall', 'precision') },
        // The precision at a recall holds for all recalls below it: that is the area that average precision adds up.
        mark: { type: 'line', color: blue, strokeWidth: 2, interpolate: 'step-before' },
        encoding: { ...unitAxes('recall', 'precision'), order: { field: 'order', type: 'quantitative' } },
      },
      ...operatingPoint(chosen && { x: chosen.recall, y: chosen.precision }, threshold),
    ],
  };
}
