import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitFeatures, termsOf } from '../../../src/learning/features/fit-features.ts';
import { foldScaling } from '../../../src/learning/features/scaling.ts';
import type { TextSettings } from '../../../src/learning/features/settings.ts';
import { transform } from '../../../src/learning/features/transform.ts';
import { asRecords, count, range, rowsOf, settingsOf } from './settings-of.ts';

const documents = asRecords(['aa bb bb bb', 'aa cc', 'aa cc dd', 'aa ee ee']);

/** The terms that become columns, of all documents or of some. */
function terms(vectorizer: Partial<TextSettings>, rows = range(0, documents.length)): readonly string[] | undefined {
  const settings = settingsOf({ vectorizer });
  return termsOf(fitFeatures(count(documents, settings), rows, settings));
}

// Each line but the last two as CountVectorizer answers.
const limits: [vectorizer: Partial<TextSettings>, kept: string][] = [
  [{}, 'aa bb cc dd ee'],
  [{ min_df: 2 }, 'aa cc'],
  [{ min_df: 0.5 }, 'aa cc'],
  [{ min_df: 0.3 }, 'aa cc'],
  [{ min_df: 0 }, 'aa bb cc dd ee'],
  [{ max_df: 0.5 }, 'bb cc dd ee'],
  [{ max_df: 2 }, 'bb cc dd ee'],
  [{ max_features: 2 }, 'aa bb'],
  [{ max_features: 2, values: 'presence' }, 'aa cc'],
  [{ max_features: 9 }, 'aa bb cc dd ee'],
  [{ max_df: 1 }, 'aa bb cc dd ee'],
  [{ max_features: 4 }, 'aa bb cc ee'],
];
for (const [vectorizer, kept] of limits) {
  test(`${JSON.stringify(vectorizer)} keeps ${kept}`, () => assert.equal(terms(vectorizer)?.join(' '), kept));
}

test('a fold knows nothing of the rows outside it', () => {
  assert.deepEqual(terms({ min_df: 0 }, Uint32Array.of(3, 1)), ['aa', 'cc', 'ee']);
  const settings = settingsOf({ vectorizer: { tfidf: true } });
  const counts = count(documents, settings);
  const fitted = fitFeatures(counts, Uint32Array.of(1, 3), settings);
  const alone = fitFeatures(count([documents[1] ?? null, documents[3] ?? null], settings), range(0, 2), settings);
  assert.deepEqual(fitted.idf, alone.idf);
  assert.deepEqual(rowsOf(transform(counts, Uint32Array.of(0, 0), fitted))[1], [[0], [1]]);
});

test('says why no term is left, and that no row is there', () => {
  const settings = settingsOf();
  const counts = count(asRecords(['a', '!']), settings);
  assert.throws(() => fitFeatures(counts, range(0, 2), settings), {
    code: 'INVALID_INPUT',
    message: /no term in any of 2/,
  });
  assert.throws(() => terms({ min_df: 5 }), /none of 5 terms in 4 rows has between min_df 5 and max_df 1/);
  assert.throws(() => terms({}, range(0, 0)), { code: 'INVALID_INPUT', message: /no rows/ });
});

/** To 1e-12 of the number expected. */
function close(actual = Number.NaN, expected = Number.NaN): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `${actual} is not ${expected}`);
}

test("scales numbers as scikit-learn's StandardScaler", () => {
  const rows = [
    [1, 0.1, 100000000, -2.5],
    [2, 0.1, 100000001, 0],
    [4, 0.1, 100000003, 7.25],
    [8.5, 0.1, 100000007, 1e-3],
    [-3, 0.1, 100000011, 0.333],
  ];
  const settings = settingsOf({ text: [], features: ['a', 'b', 'c', 'd'], standardize: true });
  const counts = count(
    rows.map(([a = 0, b = 0, c = 0, d = 0]) => ({ a, b, c, d })),
    settings,
  );
  const fitted = fitFeatures(counts, range(0, 4), settings);
  const mean = [3.875, 0.1, 100000002.75, 1.18775];
  const scale = [2.8804296554507283, 1, 2.680951323690902, 3.645870977900891];
  for (const column of mean.keys()) {
    close(fitted.numeric?.mean[column], mean[column]);
    close(fitted.numeric?.scale[column], scale[column]);
  }
  const last = [-2.386796701315104, 3.0772658671930357, -0.2344432935726437];
  const [columns, values] = rowsOf(transform(counts, Uint32Array.of(4), fitted))[0] ?? [];
  assert.deepEqual(columns, [0, 2, 3]);
  for (const [index, expected] of last.entries()) close(values?.[index], expected);
});

test('folds the scaling into the weights of numbers alone', () => {
  const numeric = { mean: Float64Array.of(10, 1), scale: Float64Array.of(2, 1) };
  const folded = foldScaling(Float64Array.of(7, 6, 5), 1, { numeric, textColumns: 1 });
  assert.deepEqual(folded, { coef: Float64Array.of(7, 3, 5), intercept: 1 - 30 - 5 });
  const coef = Float64Array.of(1);
  assert.equal(foldScaling(coef, 2, { numeric: undefined, textColumns: 1 }).coef, coef);
});
