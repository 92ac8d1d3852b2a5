import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createRecordReader } from '../../../src/models/linear-text/read-record.ts';
import { loadModel } from '../../../src/models/load-model.ts';
import type { Model } from '../../../src/models/model.ts';
import { openModel } from '../../../src/models/open-model.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../../src/models/text/analyzer-settings.ts';
import { createVectorizer, type VectorizerSettings } from '../../../src/models/text/vectorizer.ts';
import { vocabularyOf } from '../../../src/models/text/vocabulary.ts';
import { compileSinglePath } from '../../../src/records/json-path.ts';
import type { JsonValue } from '../../../src/records/json-value.ts';
import { createSpanWalker } from '../../../src/records/span-walker.ts';
import { createDecoderFactory } from '../../../src/scoring/decode.ts';
import { jsonDocument, mutate, mutations } from '../../records/json-documents.ts';

const input = {
  id: '$.outlet_id',
  features: [],
  text: [
    { path: '$.menu[*].category', prefix: 'cat_', optional: false },
    { path: '$.menu[*].name', prefix: '', optional: false },
    { path: '$.title', prefix: '', optional: true },
  ],
};
const counts: VectorizerSettings = {
  kind: 'hashing',
  n_features: 1000,
  alternate_sign: true,
  values: 'count',
  sublinear_tf: false,
  norm: 'l2',
};
const presence: VectorizerSettings = { ...counts, values: 'presence', alternate_sign: false, norm: null };
const vocabulary = vocabularyOf([
  'idli',
  'combo',
  '+',
  'cat_idli',
  'idli +',
  'vada combo',
  'é',
  'ab',
  'cat_+',
  'idli vada',
]);

const vectorizers: [name: string, analyzer: Partial<AnalyzerSettings>, settings: VectorizerSettings][] = [
  ['hashed counts', { ngram_range: [1, 2] }, counts],
  ['presence', { ngram_range: [1, 2], token_characters: '+' }, presence],
  ['a vocabulary', { ngram_range: [1, 2], token_characters: '+' }, { ...presence, kind: 'vocabulary' }],
  ['stop words', { ngram_range: [1, 3], stop_words: ['idli', '+'], token_characters: '+\\' }, counts],
  ['case and accents', { lowercase: false, strip_accents: 'unicode', ngram_range: [2, 2] }, counts],
  ['characters', { kind: 'char', ngram_range: [1, 3] }, counts],
  ['characters of words', { kind: 'char_wb', ngram_range: [2, 4] }, presence],
];

for (const [name, analyzer, settings] of vectorizers) {
  test(`${name}: the features of spans are those of the values, bit for bit`, () => {
    const vectorizer = createVectorizer({
      analyzer: { ...defaultAnalyzerSettings, ...analyzer },
      settings,
      vocabulary,
    });
    // A field with a prefix is for words alone.
    const words = analyzer.kind === undefined;
    const fields = { ...input, text: input.text.map((field) => (words ? field : { ...field, prefix: '' })) };
    const read = createRecordReader({ input: fields }, vectorizer);
    const walker = createSpanWalker(input);
    let taken = 0;
    const check = (bytes: Buffer) => {
      if (!walker?.walk(bytes, 0, bytes.length)) return;
      taken++;
      assert.deepEqual(read(walker.spans), read(JSON.parse(bytes.toString()) as JsonValue));
    };
    const property = fc.property(jsonDocument, mutations, (document, changes) => {
      check(Buffer.from(document));
      for (const change of changes) check(mutate(Buffer.from(document), change));
    });
    fc.assert(property, { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) });
    assert.ok(taken > 50, `${taken}`); // else the test tests nothing
  });
}

const bundled = 'examples/flag-combo/data/outlets.jsonl';
const real = '../shared/data/zomato_bangalore_2022/outlets.jsonl.gz';
const sources: [name: string, there: boolean, bytes: () => Buffer][] = [
  ['the bundled outlets', true, () => readFileSync(bundled)],
  ['the real outlets', existsSync(real), () => gunzipSync(readFileSync(real))],
];

for (const [name, there, bytesOf] of sources) {
  describe(name, { skip: there ? false : `${real} is not here` }, () => {
    test('nearly all are read from their bytes, with the same rows, ids and predictions', async () => {
      const model = await loadModel(await openModel('examples/flag-combo/model'));
      let fast = 0;
      const counting: Model = {
        ...model,
        read(record) {
          if ('fields' in (record as object)) fast++;
          return model.read(record);
        },
      };
      const bytes = bytesOf();
      const decoder = createDecoderFactory(counting, { maxRecordBytes: 1e6, subBatch: 256 })(bytes, 'lines');
      const { read: readId } = compileSinglePath('$.outlet_id');
      let records = 0;
      for (let start = 0; start < bytes.length; records++) {
        const end = bytes.indexOf(10, start);
        const features = decoder.decode(start, end);
        const value = JSON.parse(bytes.toString('utf8', start, end)) as JsonValue;
        const expected = await model.read(value);
        assert.deepEqual(features, expected);
        assert.deepEqual(decoder.id, readId(value));
        assert.deepEqual(await model.predict([features]), await model.predict([expected]));
        start = end + 1;
      }
      assert.ok(records > 500 && fast > 0.99 * records, `${fast} of ${records}`);
    });
  });
}
