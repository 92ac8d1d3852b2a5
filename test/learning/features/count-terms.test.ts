import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TermCounter } from '../../../src/learning/features/count-terms.ts';
import { fitFeatures, termsOf } from '../../../src/learning/features/fit-features.ts';
import { checkFeatureSettings, countingKey } from '../../../src/learning/features/settings.ts';
import { transform } from '../../../src/learning/features/transform.ts';
import type { JsonValue } from '../../../src/records/json-value.ts';
import { SpanList, TextSpans } from '../../../src/records/text-spans.ts';
import { asRecords, count, range, rowsOf, type SettingsPart, settingsOf } from './settings-of.ts';

const withPrice = settingsOf({ features: ['price', '$.more.stars'] });

const wrong: [record: JsonValue, code: string, message: RegExp][] = [
  [{ text: 'aa', price: 1 }, 'MISSING_FIELD', /^\$\.more is missing/],
  [{ text: 'aa', price: null, more: { stars: 1 } }, 'MISSING_FIELD', /^\$\.price is null/],
  [{ text: 'aa', price: '7', more: { stars: 1 } }, 'WRONG_TYPE', /^\$\.price is a string: expected a number/],
  [{ text: 'aa', price: Number.NaN, more: { stars: 1 } }, 'WRONG_TYPE', /^price is not finite/],
  [{ price: 1, more: { stars: 1 } }, 'MISSING_FIELD', /^\$\.text is missing/],
  [7, 'WRONG_TYPE', /expected an object/],
];
test('a record that cannot be read is an error naming the field, and leaves nothing behind', () => {
  const counter = new TermCounter(withPrice);
  counter.add({ text: 'bb cc', price: 1, more: { stars: 2 } });
  for (const [record, code, message] of wrong) assert.throws(() => counter.add(record), { code, message });
  counter.add({ text: 'cc', price: 3, more: { stars: 4 } });
  const counts = counter.finish();
  assert.deepEqual([...counts.numbers], [1, 2, 3, 4]);
  assert.deepEqual(termsOf(fitFeatures(counts, range(0, 2), withPrice)), ['bb', 'cc']);
  assert.deepEqual(rowsOf({ ...counts, values: undefined }), [
    [
      [0, 1],
      [1, 1],
    ],
    [[1], [1]],
  ]);
});

test('a record that fails after some of its texts is forgotten', () => {
  for (const kind of ['vocabulary', 'hashing'] as const) {
    const settings = settingsOf({ text: [{ path: 'a' }, { path: 'b' }], vectorizer: { kind, n_features: 64 } });
    const counter = new TermCounter(settings);
    assert.throws(() => counter.add({ a: 'xx yy', b: 7 }), /\$\.b is a number/);
    counter.add({ a: 'xx', b: 'yy yy' });
    assert.throws(() => counter.add({ a: 'zz' }), /\$\.b is missing/);
    const counts = counter.finish();
    assert.equal(counts.rows, 1);
    assert.deepEqual([...counts.counts].sort(), [1, 2]);
    assert.equal(transform(counts, range(0, 1), fitFeatures(counts, range(0, 1), settings)).columns.length, 2);
  }
});

test('a line of CSV has its numbers as text', () => {
  const settings = settingsOf({ features: ['price', '$.stars'] });
  const counts = count([{ text: 'aa', price: '-1.50', stars: '4e1', other: '' }], settings);
  assert.deepEqual([...counts.numbers], [-1.5, 40]);
  const cases: [record: JsonValue, message: RegExp][] = [
    [{ text: 'aa', price: '', stars: '1' }, /^price is empty: expected a number/],
    [{ text: 'aa', price: 'n/a', stars: '1' }, /^price is text that is not a number.*received "n\/a"/],
    [{ text: 'aa', stars: '1' }, /^\$\.price is missing/],
    [{ text: 'aa', price: '1e999', stars: '1' }, /^price is not finite/],
  ];
  for (const [record, message] of cases) assert.throws(() => count([record], settings), { message });
});

test('tables grow without losing a term', () => {
  const settings = settingsOf();
  const texts = Array.from({ length: 300 }, (_, row) =>
    Array.from({ length: 90 }, (_, word) => `w${row * 60 + word}`).join(' '),
  );
  const counts = count(asRecords(texts), settings);
  const fitted = fitFeatures(counts, range(0, 300), settings);
  const terms = termsOf(fitted) ?? [];
  assert.equal(terms.length, 299 * 60 + 90);
  for (const [row, [columns]] of rowsOf(transform(counts, range(0, 300), fitted)).entries()) {
    assert.deepEqual(columns.map((column) => terms[column]).sort(), texts[row]?.split(' ').sort());
  }
});

test('texts as bytes count as texts as strings do', () => {
  const texts = ['Plain words', 'an \\u0065scape', 'Crème brûlée', ''];
  for (const kind of ['word', 'char'] as const) {
    const settings = settingsOf({ analyzer: { kind, ngram_range: [1, 2] } });
    const counter = new TermCounter(settings);
    for (const text of texts) {
      const spans = new TextSpans([new SpanList()]);
      spans.bytes = Buffer.from(`"${text}"`);
      spans.fields[0]?.push(1, spans.bytes.length - 1);
      counter.add(spans);
    }
    const parsed = texts.map((text) => JSON.parse(`"${text}"`) as string);
    assert.deepEqual(counter.finish(), count(asRecords(parsed), settings));
  }
});

test('counts lie in shared memory, so that a worker is sent no copy', () => {
  const settings = settingsOf({ features: ['n'], vectorizer: { tfidf: true }, standardize: true });
  const counts = count([{ text: 'aa bb', n: 1 }], settings);
  const fitted = fitFeatures(counts, range(0, 1), settings);
  const { starts, columns, values } = transform(structuredClone(counts), range(0, 1), structuredClone(fitted));
  const arrays = [counts.starts, counts.columns, counts.counts, counts.numbers, counts.terms?.bytes, fitted.idf];
  for (const array of [...arrays, fitted.vocabulary?.columnOf, fitted.numeric?.mean, starts, columns, values]) {
    assert.ok(array?.buffer instanceof SharedArrayBuffer);
  }
});

test('settings that count the same terms have the same key', () => {
  const key = (part: SettingsPart) => countingKey(settingsOf(part));
  assert.equal(key({ vectorizer: { tfidf: true, min_df: 3, values: 'presence' } }), key({ standardize: true }));
  assert.equal(key({ text: [{ path: '$.text', prefix: '', optional: false }] }), key({}));
  assert.equal(key({ vectorizer: { alternate_sign: true } }), key({}));
  const hashing = { kind: 'hashing' } as const;
  assert.equal(key({ vectorizer: { ...hashing, n_features: 2 ** 20 } }), key({ vectorizer: hashing }));
  const others: SettingsPart[] = [
    { text: [{ path: '$.other' }] },
    { text: [{ path: '$.text', prefix: 'x_' }] },
    { features: ['n'] },
    { analyzer: { ngram_range: [1, 2] } },
    { vectorizer: hashing },
    { vectorizer: { ...hashing, alternate_sign: true } },
    { vectorizer: { ...hashing, n_features: 8 } },
  ];
  assert.equal(new Set([{}, ...others].map(key)).size, others.length + 1);
});

const contradictions: [part: SettingsPart, message: RegExp][] = [
  [{ text: [] }, /^input: expected at least one/],
  [{ text: [{ path: 'a', prefix: 'x_' }], analyzer: { kind: 'char' } }, /^input\.text: a prefix needs/],
  [{ vectorizer: { kind: 'hashing', min_df: 2 } }, /^vectorizer\.min_df: expected none.*received 2/],
  [{ vectorizer: { kind: 'hashing', max_features: 10 } }, /^vectorizer\.max_features/],
  [{ vectorizer: { kind: 'hashing', alternate_sign: true, sublinear_tf: true } }, /^vectorizer\.sublinear_tf/],
  [{ vectorizer: { kind: 'hashing', tfidf: true, smooth_idf: false } }, /^vectorizer\.smooth_idf/],
];
for (const [part, message] of contradictions) {
  test(`refuses ${JSON.stringify(part)}`, () => {
    assert.throws(() => checkFeatureSettings(settingsOf(part)), { code: 'INVALID_SETTING', message });
  });
}
