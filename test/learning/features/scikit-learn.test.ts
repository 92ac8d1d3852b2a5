import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitFeatures, termsOf } from '../../../src/learning/features/fit-features.ts';
import { transform } from '../../../src/learning/features/transform.ts';
import { needsShared, readReference } from '../../models/text/shared-reference.ts';
import { asRecords, count, range, rowsOf, settingsOf, settingsOfParams } from './settings-of.ts';

type Row = [columns: number[], values: number[]];

/** Entries of value 0 are no difference: scipy keeps those of hashes that cancel out. */
function assertRows(actual: readonly Row[], expected: readonly Row[], name: string): void {
  assert.equal(actual.length, expected.length, name);
  for (const [row, wanted] of expected.entries()) {
    const [columns, values] = actual[row] as Row;
    assert.deepEqual(columns, wanted[0], `${name}, row ${row}`);
    for (const [index, value] of wanted[1].entries()) {
      const error = Math.abs((values[index] as number) - value);
      assert.ok(error <= 1e-12, `${name}, row ${row}: ${values[index]} is not ${value}`);
    }
  }
}

test("equals scikit-learn's TfidfVectorizer, fitted here", needsShared, () => {
  for (const { name, params, fit, vocabulary_in_index_order, idf, ...rest } of readReference('tfidf.json').cases) {
    const settings = settingsOfParams(params);
    const counts = count(asRecords([...fit, ...rest.new]), settings);
    const fitted = fitFeatures(counts, range(0, fit.length), settings);
    assert.deepEqual(termsOf(fitted), vocabulary_in_index_order, name);
    for (const [column, expected] of (idf ?? []).entries()) {
      assert.ok(Math.abs((fitted.idf?.[column] as number) - expected) <= 1e-12, `${name}: idf ${column}`);
    }
    assertRows(rowsOf(transform(counts, range(0, fit.length), fitted)), rest.fit_rows, name);
    assertRows(rowsOf(transform(counts, range(fit.length, counts.rows), fitted)), rest.new_rows, `${name}, new texts`);
  }
});

test("equals scikit-learn's HashingVectorizer", needsShared, () => {
  for (const { text, n_features, alternate_sign, ngram_range, norm, row } of readReference('hashing.json').rows) {
    const vectorizer = { kind: 'hashing', n_features, alternate_sign, norm } as const;
    const settings = settingsOf({ analyzer: { ngram_range }, vectorizer });
    const counts = count(asRecords([text]), settings);
    const fitted = fitFeatures(counts, range(0, 1), settings);
    assert.equal(fitted.columns, n_features);
    assertRows(rowsOf(transform(counts, range(0, 1), fitted)), [row], `${text} into ${n_features}`);
  }
});

test("counts the tokens of scikit-learn's analyzers", needsShared, () => {
  const analyzers = {
    word: {},
    word_1_2: { ngram_range: [1, 2] },
    word_no_lowercase: { lowercase: false },
    word_strip_accents_unicode: { strip_accents: 'unicode' },
    word_strip_accents_ascii: { strip_accents: 'ascii' },
    char_wb_2_3: { kind: 'char_wb', ngram_range: [2, 3] },
    char_2: { kind: 'char', ngram_range: [2, 2] },
  } as const;
  for (const tokens of readReference('tokenize.json').cases) {
    for (const [name, analyzer] of Object.entries(analyzers)) {
      const wanted = new Map<string, number>();
      for (const token of tokens[name]) wanted.set(token, (wanted.get(token) ?? 0) + 1);
      if (wanted.size === 0) continue;
      const settings = settingsOf({ analyzer });
      const counts = count(asRecords([tokens.text]), settings);
      const terms = termsOf(fitFeatures(counts, range(0, 1), settings)) ?? [];
      const received = new Map(terms.map((term, column) => [term, counts.counts[column]]));
      assert.deepEqual(
        received,
        new Map([...wanted].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
      );
    }
  }
});
