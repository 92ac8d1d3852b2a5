import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracy, balancedAccuracy, cohenKappa, matthews } from '../../../src/learning/evaluation/agreement.ts';
import { classFigures, fBeta, macroFigures, weightedFigures } from '../../../src/learning/evaluation/class-figures.ts';
import { confusionMatrix, confusionRows } from '../../../src/learning/evaluation/confusion.ts';
import { levelsOf } from '../../../src/learning/evaluation/levels.ts';
import { averagePrecision, prCurve } from '../../../src/learning/evaluation/precision-recall.ts';
import { brier, logLoss } from '../../../src/learning/evaluation/probability-loss.ts';
import { evaluateRegression } from '../../../src/learning/evaluation/regression.ts';
import { rocAuc, rocAucOf, rocAucOneVsOne, rocCurve } from '../../../src/learning/evaluation/roc.ts';
import { needsShared, readReference } from '../../models/text/shared-reference.ts';

/** scikit-learn's answers, ../shared/data/reference/metrics.json. */
test("binary figures equal scikit-learn's", needsShared, async (t) => {
  for (const expected of readReference('metrics.json').binary) {
    await t.test(`${expected.note ?? 'plain'}, threshold ${expected.threshold}`, () => {
      const scores = Float64Array.from(expected.score);
      const predictions = {
        actual: Int32Array.from(expected.y),
        predicted: Int32Array.from(scores, (score) => Number(score >= expected.threshold)),
        probabilities: Float64Array.from(Array.from(scores, (score) => [1 - score, score]).flat()),
        classes: ['no', 'yes'],
      };
      const matrix = confusionMatrix(predictions);
      assert.deepEqual([...matrix.counts], expected.confusion_tn_fp_fn_tp);
      const levels = levelsOf(scores, predictions.actual, 1);
      const [, positive] = classFigures(matrix);
      near(expected, {
        accuracy: accuracy(matrix),
        precision: positive?.precision,
        recall: positive?.recall,
        f1: positive?.f1,
        f2: fBeta(matrix, 1, { beta: 2 }),
        balanced_accuracy: balancedAccuracy(matrix),
        mcc: matthews(matrix),
        kappa: cohenKappa(matrix),
        brier: brier(predictions),
        log_loss: logLoss(predictions),
      });
      if (expected.roc_auc === undefined) {
        assert.equal(rocAuc(levels), undefined);
        assert.equal(averagePrecision(levels), undefined);
        return;
      }
      const pr = prCurve(levels);
      near(expected, {
        roc_auc: rocAuc(levels),
        average_precision: averagePrecision(levels),
        pr_auc_trapezoid: trapezoid(pr.recall, pr.precision),
      });
      nearAll(expected.roc_curve, rocCurve(levels, { drop_intermediate: false }));
      nearAll(expected.pr_curve, pr);
    });
  }
});

test("figures of several classes equal scikit-learn's", needsShared, () => {
  const { labels, y, predicted, proba, ...expected } = readReference('metrics.json').multiclass;
  const indices = (names: string[]) => Int32Array.from(names, (name) => labels.indexOf(name));
  const predictions = {
    actual: indices(y),
    predicted: indices(predicted),
    probabilities: Float64Array.from(proba.flat()),
    classes: labels,
  };
  const matrix = confusionMatrix(predictions);
  assert.deepEqual(confusionRows(matrix), expected.confusion_rows_true);
  const [macro, weighted, classes] = [macroFigures(matrix), weightedFigures(matrix), classFigures(matrix)];
  for (const name of ['precision', 'recall', 'f1'] as const) {
    near(expected[name], { macro: macro[name], weighted: weighted[name], micro: accuracy(matrix) });
    near(expected[name].per_class, Object.fromEntries(classes.map((figures, index) => [index, figures[name]])));
  }
  near(expected, {
    accuracy: accuracy(matrix),
    balanced_accuracy: balancedAccuracy(matrix),
    mcc: matthews(matrix),
    kappa: cohenKappa(matrix),
    log_loss: logLoss(predictions),
    roc_auc_ovr_macro: rocAucOf(predictions),
    roc_auc_ovo_macro: rocAucOneVsOne(predictions),
  });
});

test("figures of regression equal scikit-learn's", needsShared, () => {
  const { y, predicted, ...expected } = readReference('metrics.json').regression;
  const { rows, ...figures } = evaluateRegression(Float64Array.from(y), Float64Array.from(predicted));
  assert.equal(rows, y.length);
  assert.deepEqual(Object.keys(figures).sort(), Object.keys(expected).sort());
  near(expected, figures);
});

function near(expected: Record<string, number>, received: Record<string, number | null | undefined>): void {
  for (const [name, value] of Object.entries(received)) {
    const distance = Math.abs((value ?? Number.NaN) - (expected[name] as number));
    assert.ok(distance < 1e-9, `${name}: expected ${expected[name]}, received ${value}`);
  }
}

function nearAll(expected: Record<string, (number | 'Infinity')[]>, received: object): void {
  for (const [name, values] of Object.entries(received) as [string, Float64Array][]) {
    assert.equal(values.length, expected[name]?.length, name);
    for (const [index, value] of values.entries()) {
      const wanted = Number(expected[name]?.[index]);
      assert.ok(value === wanted || Math.abs(value - wanted) < 1e-9, `${name}[${index}]: ${value}, not ${wanted}`);
    }
  }
}

function trapezoid(x: Float64Array, y: Float64Array): number {
  const at = (values: Float64Array, index: number) => values[index] as number;
  return x.reduce(
    (area, _, i) => (i === 0 ? 0 : area + ((at(x, i - 1) - at(x, i)) * (at(y, i) + at(y, i - 1))) / 2),
    0,
  );
}
