import { createRandom } from '../../../src/learning/random.ts';
import type { EvaluationFacts } from '../../../src/learning/report/evaluation-facts.ts';
import type { ModelCardFacts } from '../../../src/learning/report/model-card.ts';

/** Facts of a made-up model of two classes that is right about four times in five. */
export function sampleFacts(rows = 2000): EvaluationFacts {
  const random = createRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const scored = Array.from({ length: rows }, (_, row) => {
    const positive = row % 5 < 2;
    return { positive, probability: 1 / (1 + Math.exp(-(positive ? 1.2 : -1.4) - 1.3 * normal())) };
  }).sort((a, b) => b.probability - a.probability);
  const confusion = [
    [0, 0],
    [0, 0],
  ];
  for (const { positive, probability } of scored) {
    const cells = confusion[positive ? 1 : 0] as number[];
    cells[probability > 0.5 ? 1 : 0] = (cells[probability > 0.5 ? 1 : 0] as number) + 1;
  }
  return {
    classes: ['no_combo', 'combo'],
    rows,
    threshold: 0.5,
    figures: {
      accuracy: { value: 0.8255, low: 0.808, high: 0.842 },
      f1: { value: 0.788, low: 0.766, high: 0.811 },
      roc_auc: { value: 0.902, low: 0.888, high: 0.915 },
      average_precision: { value: 0.868 },
      calibration_error: { value: 0.021 },
    },
    confusion,
    ...curves(scored),
    ...bins(scored),
    slices: [
      { by: 'city', value: 'Delhi', rows: 1200, figures: { accuracy: { value: 0.81 }, f1: { value: 0.77 } } },
      { by: 'city', value: 'Pune | Camp', rows: 800, figures: { accuracy: { value: 0.84 }, f1: { value: 0.8 } } },
    ],
    gates: [
      { name: 'min_f1', passed: true, message: 'f1 is 0.788: at least 0.75 is required' },
      { name: 'max_drop', passed: false, message: 'f1 fell by 0.02: at most 0.01 is allowed' },
    ],
    baselines: [
      {
        name: 'keyword rule',
        figures: { accuracy: { value: 0.9 }, f1: { value: 0.899 } },
        comparison: "McNemar's p = 0.4: no difference to be seen",
      },
    ],
  };
}

interface Scored {
  readonly positive: boolean;
  readonly probability: number;
}

function curves(scored: readonly Scored[]): Required<Pick<EvaluationFacts, 'roc' | 'pr'>> {
  const positives = scored.filter(({ positive }) => positive).length;
  const roc = { fpr: [0], tpr: [0], thresholds: [Infinity] };
  const pr = { recall: [0], precision: [1], thresholds: [] as number[] };
  let found = 0;
  for (const [index, { positive, probability }] of scored.entries()) {
    if (positive) found++;
    roc.fpr.push((index + 1 - found) / (scored.length - positives));
    roc.tpr.push(found / positives);
    roc.thresholds.push(probability);
    pr.recall.push(found / positives);
    pr.precision.push(found / (index + 1));
    pr.thresholds.push(probability);
  }
  return {
    roc,
    pr: {
      recall: pr.recall.reverse(),
      precision: pr.precision.reverse(),
      thresholds: pr.thresholds.reverse(),
    },
  };
}

function bins(scored: readonly Scored[]): Pick<EvaluationFacts, 'calibration' | 'scores'> {
  const inBin = (index: number, count: number) =>
    scored.filter(({ probability }) => Math.min(count - 1, Math.floor(probability * count)) === index);
  const calibration = Array.from({ length: 10 }, (_, index) => {
    const rows = inBin(index, 10);
    const mean = (value: (row: Scored) => number) => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
    return {
      mean_probability: mean((row) => row.probability),
      observed: mean((row) => Number(row.positive)),
      rows: rows.length,
    };
  });
  const histogram = Array.from({ length: 20 }, (_, index) => {
    const positive = inBin(index, 20).filter((row) => row.positive).length;
    return { from: index / 20, to: (index + 1) / 20, counts: [inBin(index, 20).length - positive, positive] };
  });
  return { calibration, scores: { name: 'probability of combo', bins: histogram } };
}

export const sampleCard: ModelCardFacts = {
  name: 'flag_combo',
  version: '0123456789abcdef',
  description: 'Says whether an outlet sells combos.',
  owners: ['the menu team'],
  licence: 'Apache-2.0',
  intendedUse: 'Sorting outlets for a person to look at.',
  outOfScope: ['Prices.'],
  trainingData: [
    {
      name: 'outlets',
      uri: 'data/outlets.jsonl',
      version: '2022-07',
      licence: 'MIT',
      sha256: 'ab12',
      rows: 1700,
      labels: { combo: 850, no_combo: 850 },
    },
  ],
  evaluationData: [{ name: 'outlets, held out', rows: 2000, description: 'a fifth, drawn by the seed' }],
  training: {
    about: 'A linear SVM, fitted by SGD on the hinge loss.',
    parameters: { penalty: 'l1', alpha: 0.01, ngram_range: [1, 2] },
    seed: 1,
    codeVersion: 'batchline 0.1.0',
  },
  limits: ['One city.'],
  reproduce: 'batchline train --params params.yaml',
  files: [{ name: 'model.json', about: 'the model' }],
};
