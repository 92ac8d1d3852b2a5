import type { EvaluationFacts } from '../evaluation-facts.ts';
import { thinCurve } from '../thin-curve.ts';
import { nearest, operatingPoint, plotted, reference, unitAxes } from './curve.ts';
import { blue, square, withFigure } from './style.ts';

export function rocSpec({ roc = [], figures, threshold }: EvaluationFacts): object {
  const chosen = nearest(roc, threshold);
  return {
    title: { text: 'ROC curve', subtitle: withFigure('area', figures['roc_auc']) },
    ...square,
    layer: [
      reference([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
      {
        data: { values: plotted(thinCurve(roc, 'fpr', 'tpr'), 'fpr', 'tpr') },
        mark: { type: 'line', color: blue, strokeWidth: 2 },
        encoding: {
          ...unitAxes('false positive rate', 'true positive rate'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...operatingPoint(chosen && { x: chosen.fpr, y: chosen.tpr }, threshold),
    ],
  };
}
