import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fitVocabulary, inverseDocumentFrequencies } from '../../src/learning/fit-vocabulary.ts';
import { decide, fitSgd, type SgdOptions } from '../../src/learning/sgd.ts';
import { createTermLister } from '../../src/models/text/analyzer.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import { tokenPrefix } from '../../src/models/text/token-buffer.ts';
import { createVectorizer, type SparseRow } from '../../src/models/text/vectorizer.ts';
import { vocabularyOf } from '../../src/models/text/vocabulary.ts';
import { needsShared, readReference, sharedData } from '../models/text/shared-reference.ts';

const noPrefix = tokenPrefix('');

function denseRow(values: number[]): SparseRow {
  return { columns: [...values.keys()], values };
}

function sparseRow(values: number[]): SparseRow {
  const columns = [...values.keys()].filter((column) => values[column] !== 0);
  return { columns, values: columns.map((column) => values[column] as number) };
}

function close(actual: number, expected: number, message: string, tolerance = 1e-7): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${message}: ${actual} is not ${expected}`);
}

test("equals scikit-learn's SGDClassifier without shuffling", needsShared, () => {
  const { X_dense, X_sparse_as_dense, y, cases } = readReference('sgd.json');
  const positive = y.map((label: number) => label === 1);
  for (const expected of cases) {
    const dense = expected.input === 'dense';
    const rows: SparseRow[] = dense ? X_dense.map(denseRow) : X_sparse_as_dense.map(sparseRow);
    const fit = fitSgd(rows, positive, X_dense[0].length, { ...expected, dense });
    const name = JSON.stringify({ ...expected, coef: undefined, decision_first5: undefined });
    for (const [column, coef] of expected.coef.entries()) close(fit.coef[column] as number, coef, name);
    close(fit.intercept, expected.intercept, name);
    for (const [row, decision] of (expected.decision_first5 ?? []).entries()) {
      close(decide(rows[row] as SparseRow, fit), decision, name);
    }
  }
});

/** tf-idf rows of texts, with the vocabulary of the training texts. */
function tfidf(train: readonly string[], test: readonly string[], analyzer: AnalyzerSettings) {
  const list = createTermLister(analyzer);
  const fitted = fitVocabulary(train.map((text) => list(text, noPrefix)));
  const vectorizer = createVectorizer({
    analyzer,
    settings: { kind: 'vocabulary', alternate_sign: false, values: 'count', sublinear_tf: false, norm: 'l2' },
    vocabulary: vocabularyOf(fitted.terms),
    idf: Float64Array.from(inverseDocumentFrequencies(fitted)),
  });
  const rows = (texts: readonly string[]) =>
    texts.map((text) => {
      vectorizer.add(text, noPrefix);
      return vectorizer.take();
    });
  return { train: rows(train), test: rows(test), terms: fitted.terms };
}

test("equals scikit-learn's fit of texts, from the text to the decision", needsShared, () => {
  const { text_case } = readReference('sgd.json');
  const { texts, labels, vectorizer, params, coef, intercept } = text_case;
  const rows = tfidf(texts, text_case.new, { ...defaultAnalyzerSettings, ...vectorizer });
  const positive = labels.map((label: number) => label === 1);
  const options: SgdOptions = { penalty: 'l2', learning_rate: 'optimal', ...params };
  const fit = fitSgd(rows.train, positive, rows.terms.length, options);
  for (const [column, expected] of coef.entries()) close(fit.coef[column] as number, expected, `coef ${column}`);
  close(fit.intercept, intercept, 'intercept');
  for (const [index, row] of rows.test.entries()) close(decide(row, fit), text_case.decision_new[index], 'decision');
});

function readSentences(): { text: string; positive: boolean }[] {
  const [header = '', ...lines] = readFileSync(join(sharedData, 'sentence_polarity/sentence_polarity.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return { text: cells[names.indexOf('text')] as string, positive: Number(cells[names.indexOf('label')]) === 1 };
  });
}

test("equals scikit-learn's fits of the whole of sentence_polarity", needsShared, () => {
  const sentences = readSentences();
  const hash = ({ text }: { text: string }) => createHash('sha256').update(text).digest('hex');
  const test = sentences.filter((_, row) => row % 10 === 0);
  const train = sentences.filter((_, row) => row % 10 !== 0).map((sentence) => ({ ...sentence, hash: hash(sentence) }));
  train.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const texts = (rows: readonly { text: string }[]) => rows.map(({ text }) => text);
  const positive = train.map((sentence) => sentence.positive);
  for (const range of [1, 2]) {
    const rows = tfidf(texts(train), texts(test), { ...defaultAnalyzerSettings, ngram_range: [1, range] });
    for (const expected of readReference('sgd_sentence_polarity.json').cases) {
      if (expected.ngram_range[1] !== range) continue;
      assert.equal(rows.terms.length, expected.n_features);
      const fit = fitSgd(rows.train, positive, rows.terms.length, {
        penalty: 'l2',
        learning_rate: 'optimal',
        ...expected,
      });
      close(fit.intercept, expected.intercept, 'intercept', 1e-6);
      const decisions = rows.test.map((row) => decide(row, fit));
      for (const [dataRow, decision] of expected.decision_first_100_test_rows) {
        close(decisions[dataRow / 10] as number, decision, `decision of row ${dataRow}`, 1e-6);
      }
    }
  }
});

test('a seed fixes the order of the rows', () => {
  const rows = Array.from({ length: 50 }, (_, index) => denseRow([Math.sin(index), Math.cos(index * 3)]));
  const positive = rows.map((_, index) => index % 3 === 0);
  const options: SgdOptions = {
    loss: 'log_loss',
    penalty: 'l1',
    alpha: 0.01,
    learning_rate: 'optimal',
    average: true,
    epochs: 3,
    seed: 7,
  };
  assert.deepEqual(fitSgd(rows, positive, 2, options), fitSgd(rows, positive, 2, options));
  assert.notDeepEqual(fitSgd(rows, positive, 2, options), fitSgd(rows, positive, 2, { ...options, seed: 8 }));
});

test('averaging is exact when shrinking sets the weights to zero', () => {
  const rows = [denseRow([1]), denseRow([1])];
  const options = {
    loss: 'hinge',
    penalty: 'l2',
    alpha: 2,
    learning_rate: 'constant',
    eta0: 1,
    epochs: 1,
    dense: true,
  } as const;
  // Each step shrinks by max(0, 1 - 2): w = 1, then b has a margin of 2 and w = 0.
  assert.deepEqual([...fitSgd(rows, [true, true], 1, { ...options, average: false }).coef], [0]);
  assert.deepEqual([...fitSgd(rows, [true, true], 1, { ...options, average: true }).coef], [0.5]);
});
