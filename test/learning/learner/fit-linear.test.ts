import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fitFeatures } from '../../../src/learning/features/fit-features.ts';
import { transform } from '../../../src/learning/features/transform.ts';
import { decisions } from '../../../src/learning/learner/decisions.ts';
import { fitLinear } from '../../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../../src/learning/learner/settings.ts';
import { needsShared, readReference, sharedData } from '../../models/text/shared-reference.ts';
import { asRecords, count, range, settingsOfParams } from '../features/settings-of.ts';
import { blockOf } from './blocks.ts';
import { close } from './close.ts';

const inOrder = { ...sgdDefaults, shuffle: false, tol: null };

test("equals scikit-learn's SGDClassifier without shuffling", needsShared, () => {
  const { X_dense, X_sparse_as_dense, y, cases } = readReference('sgd.json');
  for (const expected of cases) {
    const dense = expected.input === 'dense';
    const block = blockOf(dense ? X_dense : X_sparse_as_dense, { dense });
    const settings: SgdSettings = { ...inOrder, ...expected, max_iter: expected.epochs };
    const [fit] = fitLinear(block, Int32Array.from(y), 2, settings, { dense }) as [LinearFit];
    const name = JSON.stringify({ ...expected, coef: undefined, decision_first5: undefined });
    for (const [column, coef] of expected.coef.entries()) close(fit.coef[column], coef, name);
    close(fit.intercept, expected.intercept, name);
    const decided = decisions(block, [fit]);
    for (const [row, decision] of (expected.decision_first5 ?? []).entries()) close(decided[row], decision, name);
  }
});

/** tf-idf rows of texts, with the vocabulary of the training texts. */
function tfidf(train: readonly string[], test: readonly string[], params: object) {
  const settings = settingsOfParams(params);
  const counts = count(asRecords([...train, ...test]), settings);
  const trainRows = range(0, train.length);
  const fitted = fitFeatures(counts, trainRows, settings);
  return {
    train: transform(counts, trainRows, fitted),
    test: transform(counts, range(train.length, counts.rows), fitted),
    columns: fitted.columns,
  };
}

test("equals scikit-learn's fit of texts, from the text to the decision", needsShared, () => {
  const { text_case } = readReference('sgd.json');
  const { texts, labels, vectorizer, params, coef, intercept } = text_case;
  const { train, test, columns } = tfidf(texts, text_case.new, vectorizer);
  const settings: SgdSettings = { ...inOrder, ...params, max_iter: params.epochs };
  const [fit] = fitLinear(train, Int32Array.from(labels), 2, settings, { columns }) as [LinearFit];
  for (const [column, expected] of coef.entries()) close(fit.coef[column], expected, `coef ${column}`);
  close(fit.intercept, intercept, 'intercept');
  for (const [row, decision] of decisions(test, [fit]).entries()) {
    close(decision, text_case.decision_new[row], 'decision');
  }
});

function readSentences(): { text: string; label: number }[] {
  const [header = '', ...lines] = readFileSync(join(sharedData, 'sentence_polarity/sentence_polarity.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return { text: cells[names.indexOf('text')] as string, label: Number(cells[names.indexOf('label')]) };
  });
}

test("equals scikit-learn's fits of the whole of sentence_polarity", needsShared, () => {
  const sentences = readSentences();
  const hash = ({ text }: { text: string }) => createHash('sha256').update(text).digest('hex');
  const held = sentences.filter((_, row) => row % 10 === 0);
  const train = sentences.filter((_, row) => row % 10 !== 0).map((sentence) => ({ ...sentence, hash: hash(sentence) }));
  train.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const texts = (rows: readonly { text: string }[]) => rows.map(({ text }) => text);
  const labels = Int32Array.from(train, ({ label }) => label);
  for (const longest of [1, 2]) {
    const rows = tfidf(texts(train), texts(held), { ngram_range: [1, longest] });
    for (const expected of readReference('sgd_sentence_polarity.json').cases) {
      if (expected.ngram_range[1] !== longest) continue;
      assert.equal(rows.columns, expected.n_features);
      const settings: SgdSettings = { ...inOrder, ...expected, max_iter: expected.epochs };
      const [fit] = fitLinear(rows.train, labels, 2, settings, { columns: rows.columns }) as [LinearFit];
      close(fit.intercept, expected.intercept, 'intercept', 1e-12);
      const decided = decisions(rows.test, [fit]);
      for (const [dataRow, decision] of expected.decision_first_100_test_rows) {
        close(decided[dataRow / 10], decision, `decision of row ${dataRow}`, 1e-12);
      }
    }
  }
});
