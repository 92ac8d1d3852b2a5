import { test } from 'node:test';
import { fitLinear } from '../../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../../src/learning/learner/settings.ts';
import { needsShared, readReference } from '../../models/text/shared-reference.ts';
import { blockOf } from './blocks.ts';
import { close } from './close.ts';

test('after many epochs reaches the optimum that other optimisers find', needsShared, () => {
  const { X, y, cases } = readReference('linear_optimum.json');
  for (const { model, C, coef, intercept } of cases) {
    const isSvc = model.startsWith('LinearSVC');
    // liblinear penalises the intercept: it is the weight of a column of ones.
    const block = blockOf(isSvc ? X.map((row: number[]) => [...row, 1]) : X, { dense: true });
    const settings: SgdSettings = {
      ...sgdDefaults,
      ...(isSvc
        ? { loss: 'hinge', learning_rate: 'optimal', max_iter: 600_000, fit_intercept: false }
        : { loss: 'log_loss', learning_rate: 'invscaling', eta0: 0.5, max_iter: 200_000 }),
      alpha: 1 / (C * X.length),
      average: true,
      tol: null,
      seed: 1,
    };
    const [fit] = fitLinear(block, Int32Array.from(y), 2, settings, { dense: true }) as [LinearFit];
    for (const [column, weight] of coef.entries()) close(fit.coef[column], weight, `${model}, C ${C}, ${column}`, 1e-4);
    close(isSvc ? fit.coef.at(-1) : fit.intercept, intercept, `${model}, C ${C}, intercept`, 1e-4);
  }
});
