import { precisionRecallPoints, rocPoints } from './curve-points.ts';
import type { EvaluationFacts, Figure } from './evaluation-facts.ts';

/** The longest confusion.json: DVC's page holds every entry of it. */
const mostConfusionEntries = 50_000;

/**
 * The files that `dvc metrics` and `dvc plots` read, by name. The keys are those that DVCLive gives scikit-learn's
 * plots, so DVC's own templates take them: `confusion` (x: actual, y: predicted), `simple` or `linear` (x: fpr,
 * y: tpr; x: recall, y: precision; x: prob_pred, y: prob_true).
 */
export function dvcFiles(facts: EvaluationFacts): Record<string, unknown> {
  const { roc, pr, calibration } = facts;
  return {
    'metrics.json': metrics(facts.figures),
    'confusion.json': confusionEntries(facts),
    ...(roc && { 'roc.json': rocPoints(roc) }),
    ...(pr && { 'pr.json': precisionRecallPoints(pr) }),
    ...(calibration && {
      'calibration.json': calibration.map(({ mean_probability, observed, rows }) => ({
        prob_pred: mean_probability,
        prob_true: observed,
        rows,
      })),
    }),
  };
}

/** One flat object of numbers; a figure that is not defined on these rows is left out, as DVC compares numbers only. */
function metrics(figures: EvaluationFacts['figures']): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [name, { value, low, high }] of Object.entries<Figure>(figures)) {
    const parts = { [name]: value, [`${name}_low`]: low, [`${name}_high`]: high };
    for (const [key, number] of Object.entries(parts)) if (Number.isFinite(number)) flat[key] = number as number;
  }
  return flat;
}

/**
 * An entry for each row, because that is what the template counts. Of very many rows fewer entries in the same
 * proportions (none becomes 0): then `confusion_normalized` shows the truth, and scoring.json has the numbers.
 */
function confusionEntries({ classes, confusion, rows }: EvaluationFacts): { actual: string; predicted: string }[] {
  const factor = Math.min(1, mostConfusionEntries / rows);
  return classes.flatMap((actual, row) =>
    classes.flatMap((predicted, column) => {
      const count = Math.ceil((confusion[row]?.[column] ?? 0) * factor);
      return Array.from({ length: count }, () => ({ actual, predicted }));
    }),
  );
}
