import { rocPoints } from '../curve-points.ts';
import type { EvaluationFacts, RocCurve } from '../evaluation-facts.ts';
import { decided, operatingPoint, plotted, reference, unitAxes } from './curve.ts';
import { blue, square, withFigure } from './style.ts';

export function rocSpec(facts: EvaluationFacts, roc: RocCurve): object {
  const points = rocPoints(roc);
  const { figures, threshold } = facts;
  const counts = decided(facts);
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
      ...operatingPoint(
        counts && { x: counts.falsePositives / counts.negatives, y: counts.truePositives / counts.positives },
        threshold,
      ),
    ],
  };
}
