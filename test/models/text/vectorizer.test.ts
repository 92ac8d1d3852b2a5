import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultAnalyzerSettings } from '../../../src/models/text/analyzer-settings.ts';
import { tokenPrefix } from '../../../src/models/text/token-buffer.ts';
import { createVectorizer, type SparseRow, type VectorizerOptions } from '../../../src/models/text/vectorizer.ts';
import { vocabularyOf } from '../../../src/models/text/vocabulary.ts';
import { needsShared, readReference } from './shared-reference.ts';

const noPrefix = tokenPrefix('');
const plainSettings: VectorizerOptions['settings'] = {
  kind: 'vocabulary',
  alternate_sign: false,
  values: 'count',
  sublinear_tf: false,
  norm: null,
};

/** The non-zero entries by rising column, as scipy's sorted rows. */
function sorted({ columns, values }: SparseRow): [columns: number[], values: number[]] {
  const entries = columns
    .map((column, index) => [column, values?.[index] ?? 1] as const)
    .filter(([, value]) => value !== 0);
  entries.sort(([a], [b]) => a - b);
  return [entries.map(([column]) => column), entries.map(([, value]) => value)];
}

function assertRow(row: SparseRow, [columns, values]: [number[], number[]], message: string): void {
  const actual = sorted(row);
  const wanted = sorted({ columns, values });
  assert.deepEqual(actual[0], wanted[0], message);
  for (const [index, value] of wanted[1].entries()) {
    assert.ok(Math.abs((actual[1][index] as number) - value) < 1e-9, `${message}: ${actual[1][index]} is not ${value}`);
  }
}

test("equals scikit-learn's TfidfVectorizer, given its vocabulary and idf", needsShared, () => {
  for (const { name, params, vocabulary_in_index_order, idf, ...texts } of readReference('tfidf.json').cases) {
    const analyzer = { ...defaultAnalyzerSettings };
    const vectorizer = createVectorizer({
      analyzer: {
        ...analyzer,
        kind: params.analyzer ?? 'word',
        lowercase: params.lowercase ?? true,
        ngram_range: params.ngram_range ?? [1, 1],
        stop_words: params.stop_words ?? [],
      },
      settings: {
        ...plainSettings,
        values: params.binary ? 'presence' : 'count',
        sublinear_tf: params.sublinear_tf ?? false,
        norm: params.norm === undefined ? 'l2' : params.norm,
      },
      vocabulary: vocabularyOf(vocabulary_in_index_order),
      idf: idf ? Float64Array.from(idf) : undefined,
    });
    for (const kind of ['fit', 'new']) {
      for (const [index, text] of texts[kind].entries()) {
        vectorizer.add(text, noPrefix);
        assertRow(vectorizer.take(), texts[`${kind}_rows`][index], `${name}: ${text}`);
      }
    }
  }
});

test("equals scikit-learn's HashingVectorizer", needsShared, () => {
  for (const { text, n_features, alternate_sign, ngram_range, norm, row } of readReference('hashing.json').rows) {
    const vectorizer = createVectorizer({
      analyzer: { ...defaultAnalyzerSettings, ngram_range },
      settings: { ...plainSettings, kind: 'hashing', n_features, alternate_sign, norm },
    });
    vectorizer.add(text, noPrefix);
    assertRow(vectorizer.take(), row, `${text} into ${n_features}`);
  }
});

test('presence counts a column once, over all the texts of a record', () => {
  const vectorizer = createVectorizer({
    analyzer: { ...defaultAnalyzerSettings, ngram_range: [1, 2] },
    settings: { ...plainSettings, values: 'presence' },
    vocabulary: vocabularyOf(['aa', 'bb', 'aa bb', 'x_aa']),
  });
  const prefix = tokenPrefix('x_');
  for (const text of ['aa aa', 'aa aa', 'bb', 'aa']) vectorizer.add(text, noPrefix);
  assert.deepEqual(vectorizer.take(), { columns: [0, 1], values: undefined });
  vectorizer.add('aa', noPrefix);
  vectorizer.add('aa', prefix);
  assert.deepEqual(vectorizer.take(), { columns: [0, 3], values: undefined });
  vectorizer.add('aa', noPrefix);
  vectorizer.reset();
  vectorizer.add('aa', noPrefix);
  assert.deepEqual(vectorizer.take(), { columns: [0], values: undefined });
  assert.deepEqual(vectorizer.take(), { columns: [], values: undefined });
});

test('counts add up over repeated texts, and pairs never cross two of them', () => {
  const vectorizer = createVectorizer({
    analyzer: { ...defaultAnalyzerSettings, ngram_range: [1, 2] },
    settings: plainSettings,
    vocabulary: vocabularyOf(['aa', 'aa aa']),
  });
  for (const text of ['aa', 'aa', 'aa']) vectorizer.add(text, noPrefix);
  assert.deepEqual(vectorizer.take(), { columns: [0], values: [3] });
});

test('a record of many terms grows the table without losing a sum', () => {
  const vectorizer = createVectorizer({
    analyzer: defaultAnalyzerSettings,
    settings: { ...plainSettings, kind: 'hashing', n_features: 2 ** 31 - 1 },
  });
  const words = Array.from({ length: 5000 }, (_, index) => `word${index}`);
  vectorizer.add(words.join(' '), noPrefix);
  vectorizer.add(words.join(' '), noPrefix);
  const { columns, values } = vectorizer.take();
  assert.equal(columns.length, 5000);
  assert.ok(values?.every((value) => value === 2));
});
