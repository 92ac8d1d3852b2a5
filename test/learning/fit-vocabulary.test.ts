import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitVocabulary, inverseDocumentFrequencies } from '../../src/learning/fit-vocabulary.ts';
import { createTermLister } from '../../src/models/text/analyzer.ts';
import { defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import { tokenPrefix } from '../../src/models/text/token-buffer.ts';
import { needsShared, readReference } from '../models/text/shared-reference.ts';

test("equals scikit-learn's vocabularies and idf", needsShared, () => {
  for (const { name, params, fit, vocabulary_in_index_order, idf } of readReference('tfidf.json').cases) {
    const analyzer = {
      ...defaultAnalyzerSettings,
      kind: params.analyzer ?? 'word',
      lowercase: params.lowercase ?? true,
      ngram_range: params.ngram_range ?? [1, 1],
      stop_words: params.stop_words ?? [],
    };
    const list = createTermLister(analyzer);
    const fitted = fitVocabulary(
      fit.map((text: string) => list(text, tokenPrefix(''))),
      params,
    );
    assert.deepEqual(fitted.terms, vocabulary_in_index_order, name);
    const frequencies = inverseDocumentFrequencies(fitted, params.smooth_idf ?? true);
    for (const [index, expected] of (idf ?? []).entries()) {
      assert.ok(Math.abs((frequencies[index] as number) - expected) < 1e-9, `${name}: idf ${index}`);
    }
  }
});

test('limits by documents, by share, and by total count', () => {
  const documents = [
    ['a', 'b', 'b', 'b'],
    ['a', 'c'],
    ['a', 'c', 'd'],
    ['a', 'e', 'e'],
  ];
  const terms = (options: Parameters<typeof fitVocabulary>[1]) => fitVocabulary(documents, options).terms;
  assert.deepEqual(terms({}), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(terms({ min_df: 2 }), ['a', 'c']);
  assert.deepEqual(terms({ min_df: 0.5 }), ['a', 'c']);
  assert.deepEqual(terms({ max_df: 0.5 }), ['b', 'c', 'd', 'e']);
  assert.deepEqual(terms({ max_df: { documents: 1 } }), ['b', 'd', 'e']);
  assert.deepEqual(terms({ max_features: 3 }), ['a', 'b', 'c']);
  assert.deepEqual(fitVocabulary([], {}).terms, []);
});
