import type { EvaluationFacts, TermWeight } from '../evaluation-facts.ts';
import { calibrationSpec } from './calibration.ts';
import { confusionSpec } from './confusion.ts';
import { prSpec } from './pr.ts';
import { rocSpec } from './roc.ts';
import { scoreSpec } from './scores.ts';
import { weightSpec } from './weights.ts';

/** The Vega-Lite specs of all that these facts allow, by the name of the picture. */
export function chartSpecs(facts: EvaluationFacts, weights: readonly TermWeight[] = []): Record<string, object> {
  const { roc, pr, calibration, scores } = facts;
  return {
    confusion: confusionSpec(facts),
    ...(roc && roc.fpr.length > 1 && { roc: rocSpec(facts, roc) }),
    ...(pr && pr.recall.length > 1 && { pr: prSpec(facts, pr) }),
    ...(calibration && calibration.length > 0 && { calibration: calibrationSpec(facts, calibration) }),
    ...(scores && scores.bins.length > 0 && { scores: scoreSpec(facts, scores) }),
    ...(weights.length > 0 && { weights: weightSpec(facts, weights) }),
  };
}
