import { rocPoints } from '../curve-points.ts';
import type { EvaluationFacts, RocCurve } from '../evaluation-facts.ts';
import { nearest, operatingPoint, plotted, reference, unitAxes } from './curve.ts';
import { blue, square, withFigure } from './style.ts';

export function rocSpec({ figures, threshold }: EvaluationFacts, roc: RocCurve): object {
  const points = rocPoints(roc);
  const chosen = nearest(points, threshold);
  return {
    title: { text: 'ROC curve', subtitle: withFigure('area', figures['roc_auc']) },
    ...square,
    layer: [
      reference([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
      {
        data: { values: plotted(points, 'fpr', 'tpr') },
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
