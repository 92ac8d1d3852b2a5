import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { evaluate } from '../../../src/learning/evaluation/evaluate.ts';
import { readParameters } from '../../../src/learning/parameters/read-parameters.ts';
import { createRandom } from '../../../src/learning/random.ts';
import { variantsOf } from '../../../src/learning/search/variants.ts';
import { openTraining, type TrainOptions, trainModel } from '../../../src/learning/train/train-model.ts';
import { writeModel } from '../../../src/learning/train/write-model.ts';
import { predictRows } from '../../../src/learning/validate/predict-rows.ts';
import { openTestRows } from '../../../src/learning/validate/test-rows.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();

describe('a model of made-up rows is learned, written, served and judged', () => {
  test('three classes by words', async (t) => {
    const words = { fruit: 'apple pear plum', tool: 'saw hammer nail', bird: 'owl wren crow' };
    const random = createRandom(1);
    const rows = Array.from({ length: 240 }, (_, row) => {
      const label = Object.keys(words)[row % 3] as keyof typeof words;
      const of = words[label].split(' ');
      return { label, text: Array.from({ length: 4 }, () => of[Math.floor(random() * 3)]).join(' ') };
    });
    const { evaluation, outOfFold } = await learn(t, rows, {
      input: '{ text: [text] }',
      search: '{ folds: 3, scoring: f1_macro }',
    });
    assert.equal(evaluation.accuracy, 1);
    assert.ok(outOfFold > 0.97, String(outOfFold));
  });

  test('two classes by numbers of very different scales, given as texts of a table', async (t) => {
    const random = createRandom(2);
    const rows = Array.from({ length: 400 }, () => {
      const [small, large] = [random(), 1e6 * random()];
      return { label: small + large / 1e6 > 1 ? 'yes' : 'no', small: String(small), large: String(large) };
    });
    const { evaluation } = await learn(t, rows, {
      input: '{ features: [small, large] }',
      learner: '{ loss: log_loss, average: true, max_iter: 50 }',
      threshold: '{ scoring: accuracy }',
      format: 'tsv',
    });
    assert.ok((evaluation.accuracy ?? 0) > 0.9, String(evaluation.accuracy));
    assert.ok((evaluation.roc_auc ?? 0) > 0.97, String(evaluation.roc_auc));
  });

  test('a random search with halving tries all variants and compares the last on all rows', async (t) => {
    const random = createRandom(3);
    const rows = Array.from({ length: 300 }, (_, row) => {
      const label = row % 2 === 0 ? 'a' : 'b';
      const noise = () => 'cdefgh'[Math.floor(random() * 6)];
      return { label, text: `word${label} ${noise()}${noise()} ${noise()}${noise()}` };
    });
    const { all } = await learn(t, rows, {
      input: '{ text: [text] }',
      search:
        '{ random: { n_iter: 9, space: { learner.alpha: { low: 1e-6, high: 1e-1, log: true } } }, halving: { factor: 3, min_rows: 30 }, folds: 3 }',
    });
    assert.equal(all.length, 9);
    assert.deepEqual(
      all.map(({ result }) => result.index),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
    const sizes = new Set(all.map(({ result }) => result.rows));
    assert.deepEqual(sizes, new Set([30, 90, 270]));
  });

  test('hashed words need no vocabulary', async (t) => {
    const rows = Array.from({ length: 200 }, (_, row) => ({
      label: row % 2,
      text: row % 2 === 0 ? 'good fine' : 'bad poor',
    }));
    const features = '{ vectorizer: { kind: hashing, n_features: 64, tfidf: true, norm: l2 } }';
    const { evaluation } = await learn(t, rows, { input: '{ text: [text] }', features });
    assert.equal(evaluation.accuracy, 1);
  });
});

/** Trains on the rows, writes the model and judges it by serving it. */
async function learn(
  t: TestContext,
  rows: readonly object[],
  { format = 'jsonl', ...sections }: Record<string, string>,
) {
  const names = Object.keys(rows[0] ?? {});
  const table = [names, ...rows.map((row) => Object.values(row))].map((cells) => cells.join('\t')).join('\n');
  const content = format === 'tsv' ? table : rows.map((row) => JSON.stringify(row)).join('\n');
  const more = Object.entries(sections).map(([name, section]) => `${name}: ${section}\n`);
  const params = `name: made-up\ndata: { train: rows.${format}, label: label }\n${more.join('')}`;
  const folder = await temporaryFolder(t, { [`rows.${format}`]: `${content}\n`, 'params.yaml': params });
  const read = await readParameters(join(folder, 'params.yaml'));
  const options: TrainOptions = { read, workers: 2, openStore: openStores(), signal, onProgress: () => undefined };
  const training = await openTraining(options, variantsOf(read.parameters));
  t.after(training.close);
  const { best, all, model } = await trainModel(training, options);
  await writeModel(join(folder, 'model'), best.parameters, model, { classes: training.data.classes, training: {} });
  const { predictions } = await predictRows(
    join(folder, 'model'),
    await openTestRows(read.parameters, options),
    signal,
  );
  return { evaluation: evaluate(predictions), outOfFold: best.result.score, all };
}
