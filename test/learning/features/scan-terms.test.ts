import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FittedFeatures, termsOf } from '../../../src/learning/features/fit-features.ts';
import { TermScan } from '../../../src/learning/features/scan-terms.ts';
import { createRandom } from '../../../src/learning/random.ts';
import { settingsOf } from './settings-of.ts';

test('drops the rarest terms when there are too many, and says so', () => {
  const scan = new TermScan(settingsOf({ vectorizer: { max_features: 3 } }), { maxTerms: 20 });
  for (let row = 0; row < 100; row++) {
    const common = [row % 2 === 0 ? 'even' : 'odd', ...(row % 3 === 0 ? ['third third third third'] : [])];
    scan.add({ text: ['always', ...common, `rare${row}`].join(' ') });
  }
  const fitted = scan.finish();
  assert.deepEqual(termsOf(fitted), ['always', 'even', 'third']);
  assert.equal(fitted.pruned?.terms, 100);
  assert.ok((fitted.pruned?.certainFrom ?? 0) < 15);
  assert.equal(fitted.documents, 100);
});

test('every term is there of as many documents as it says', () => {
  const random = createRandom(3);
  const texts = Array.from({ length: 400 }, () =>
    Array.from({ length: 8 }, () => `w${Math.floor(200 * random() ** 3)}`).join(' '),
  );
  const [whole, bounded] = [undefined, 50].map((maxTerms) => {
    const scan = new TermScan(settingsOf({ vectorizer: { tfidf: true, smooth_idf: false } }), { maxTerms });
    for (const text of texts) scan.add({ text });
    return scan.finish();
  }) as [FittedFeatures, FittedFeatures];
  const { pruned, idf } = bounded;
  assert.equal(whole.pruned, undefined);
  assert.ok(pruned && pruned.certainFrom > 2);
  const frequency = (value = 0) => Math.round(400 / Math.exp(value - 1));
  const kept = new Map(termsOf(bounded)?.map((term, column) => [term, frequency(idf?.[column])]));
  for (const [column, term] of (termsOf(whole) ?? []).entries()) {
    const known = frequency(whole.idf?.[column]);
    assert.ok(known < pruned.certainFrom || kept.has(term), `${term} of ${known}`);
    if (kept.has(term)) assert.ok((kept.get(term) as number) > known - pruned.certainFrom, term);
  }
});

test('a record that cannot be read is not counted', () => {
  const scan = new TermScan(settingsOf({ text: [{ path: 'a' }, { path: 'b' }], vectorizer: { tfidf: true } }));
  scan.add({ a: 'xx', b: 'yy' });
  assert.throws(() => scan.add({ a: 'xx zz', b: 7 }), { code: 'WRONG_TYPE' });
  scan.add({ a: 'xx', b: '' });
  assert.throws(() => scan.add({ a: 'xx' }), { code: 'MISSING_FIELD' });
  const fitted = scan.finish();
  assert.equal(fitted.documents, 2);
  assert.deepEqual(termsOf(fitted), ['xx', 'yy']);
  assert.deepEqual([...(fitted.idf ?? [])], [1, Math.log(3 / 2) + 1]);
});

test('a scan of no row is an error', () => {
  assert.throws(() => new TermScan(settingsOf()).finish(), { code: 'INVALID_INPUT', message: /no rows/ });
  const numbers = settingsOf({ text: [], features: ['n'], standardize: true });
  assert.throws(() => new TermScan(numbers).finish(), { code: 'INVALID_INPUT', message: /no rows/ });
});
