import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransformer } from '../../../src/learning/features/create-transformer.ts';
import { describeFeatures } from '../../../src/learning/features/describe-features.ts';
import { fitFeatures, termsOf } from '../../../src/learning/features/fit-features.ts';
import { foldScaling } from '../../../src/learning/features/scaling.ts';
import { TermScan } from '../../../src/learning/features/scan-terms.ts';
import { transform } from '../../../src/learning/features/transform.ts';
import { createRandom } from '../../../src/learning/random.ts';
import type { JsonValue } from '../../../src/records/json-value.ts';
import { loadModel, score } from '../../models/linear-text/load-folder.ts';
import { count, range, rowsOf, type SettingsPart, settingsOf } from './settings-of.ts';

const words = ['idli', 'vada', 'Crème', 'brûlée', '寿司', 'roll', '+', '𝟘𝟙', 'thali', 'a', 'the', 'Straße', 'é'];
const random = createRandom(11);
const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
const phrase = (longest: number) =>
  Array.from({ length: Math.floor(random() * longest) }, () => oneOf(words)).join(' ');

/** Outlets with a long name now and then, so that short rows and long ones are there. */
const outlets: JsonValue[] = Array.from({ length: 60 }, (_, index) => ({
  name: index % 20 === 0 ? Array.from({ length: 90 }, (_, word) => `w${word} ${phrase(3)}`).join(' ') : phrase(6),
  ...(index % 3 > 0 && { about: phrase(4) }),
  menu: Array.from({ length: 1 + (index % 4) }, () => ({ category: oneOf(words), name: phrase(5) })),
  price: Math.round(random() * 1000),
  rating: { stars: 3 + random() },
}));

const text = [
  { path: '$.name' },
  { path: '$.about', optional: true },
  { path: '$.menu[*].category', prefix: 'cat_' },
  { path: '$.menu[*].name' },
];
const features = ['price', '$.rating.stars'];
const cases: Record<string, SettingsPart> = {
  'tf-idf of words and pairs': {
    text,
    analyzer: { ngram_range: [1, 2], token_characters: '+' },
    vectorizer: { tfidf: true, norm: 'l2', sublinear_tf: true, min_df: 2 },
  },
  presence: { text, analyzer: { ngram_range: [1, 2], stop_words: ['the'] }, vectorizer: { values: 'presence' } },
  'presence and numbers': { text, features, vectorizer: { values: 'presence', max_features: 9 }, standardize: true },
  'characters within words': {
    text: [{ path: '$.name' }],
    analyzer: { kind: 'char_wb', ngram_range: [2, 4], strip_accents: 'unicode' },
    vectorizer: { norm: 'l1', max_df: 0.6, max_features: 40 },
  },
  'hashing with idf': {
    text,
    features,
    analyzer: { ngram_range: [1, 2] },
    vectorizer: { kind: 'hashing', n_features: 512, tfidf: true, norm: 'l2' },
    standardize: true,
  },
  'hashing with signs': { text, vectorizer: { kind: 'hashing', n_features: 7, alternate_sign: true } },
  'hashing into the default': { text, vectorizer: { kind: 'hashing', values: 'presence' } },
  'numbers alone': { text: [], features, standardize: true },
  'numbers as they are': { text: [], features },
};

for (const [name, part] of Object.entries(cases)) {
  const settings = settingsOf(part);
  const train = range(0, 50);

  test(`${name}: a trained model answers in serving as in training`, async (t) => {
    const counts = count(outlets, settings);
    const fitted = fitFeatures(counts, train, settings);
    const coef = Float64Array.from({ length: fitted.columns }, () => random() - 0.5);
    const folded = foldScaling(coef, 0.25, fitted);
    const model = await loadModel(t, {
      description: {
        name: 'features',
        task: 'score',
        input: { text: settings.input.text.map((field) => ({ ...field })), features: [...settings.input.features] },
        output: ['raw_score'],
        ...describeFeatures(settings),
      },
      coef: [[...folded.coef]],
      intercept: [folded.intercept],
      idf: fitted.idf && [...fitted.idf],
      terms: termsOf(fitted),
    });
    const answers = score(model, ...outlets);
    for (const [row, [columns, values]] of rowsOf(transform(counts, range(0, outlets.length), fitted)).entries()) {
      const trained = columns.reduce(
        (sum, column, at) => sum + (coef[column] as number) * (values[at] as number),
        0.25,
      );
      const served = answers[row]?.raw_score as number;
      assert.ok(Math.abs(served - trained) <= 1e-12 * Math.max(1, Math.abs(trained)), `${row}: ${served}, ${trained}`);
    }
  });

  test(`${name}: two passes give the rows that memory gives`, () => {
    const counts = count(outlets, settings);
    const fitted = fitFeatures(counts, train, settings);
    const scan = new TermScan(settings);
    for (const row of train) scan.add(outlets[row] as JsonValue);
    const scanned = scan.finish();
    assert.deepEqual(termsOf(scanned), termsOf(fitted));
    assert.deepEqual(scanned.idf, fitted.idf);
    assert.deepEqual(scanned.numeric, fitted.numeric);
    assert.equal(scanned.pruned, undefined);
    const transformer = createTransformer(scanned);
    for (const block of [range(0, 45), range(45, 60), range(0, 0)]) {
      for (const row of block) transformer.add(outlets[row] as JsonValue);
      const [received, expected] = [transformer.take(), transform(counts, block, fitted)];
      assert.deepEqual(received.columns, expected.columns);
      assert.deepEqual(received.starts, expected.starts);
      assert.equal(received.values === undefined, expected.values === undefined);
      for (const [at, value] of (expected.values ?? []).entries()) {
        assert.ok(Math.abs(value - (received.values?.[at] as number)) <= 1e-12, `${received.values?.[at]}, ${value}`);
      }
    }
  });
}
