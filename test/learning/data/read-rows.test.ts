import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type DataSettings, openRows } from '../../../src/learning/data/read-rows.ts';
import { openStores } from '../../../src/storage/open-store.ts';
import { needsShared, sharedData } from '../../models/text/shared-reference.ts';
import { stubS3 } from '../../support/stub-s3.ts';
import { stubStore } from '../../support/stub-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { allRows, type Files, openFolder, rowOptions } from './open-folder.ts';

const lines = '{"label":1,"text":"good"}\n{"label":0,"text":"bad"}\n';

const formats: [
  about: string,
  files: Files,
  settings: Partial<DataSettings>,
  texts: string[],
  lineNumbers: number[],
][] = [
  ['JSON lines', { 'a.jsonl': lines }, {}, ['good', 'bad'], [1, 2]],
  ['without a newline at the end', { 'a.ndjson': lines.trimEnd() }, {}, ['good', 'bad'], [1, 2]],
  ['blank lines and CRLF', { 'a.jsonl': `\r\n${lines.replaceAll('\n', '\r\n')} \r\n` }, {}, ['good', 'bad'], [2, 3]],
  ['a byte order mark', { 'a.jsonl': `\uFEFF${lines}` }, {}, ['good', 'bad'], [1, 2]],
  ['.json of lines', { 'a.json': lines }, {}, ['good', 'bad'], [1, 2]],
  [
    '.json of an array',
    { 'a.json': '[\n  {"label": 1,\n   "text": "good"},\n  {"label": 0, "text": "bad"}\n]\n' },
    {},
    ['good', 'bad'],
    [2, 4],
  ],
  [
    'CSV',
    { 'a.csv': 'label,text\r\n1,"a ""good"", long\nday"\r\n\r\n0,5" pipe\r\n' },
    {},
    ['a "good", long\nday', '5" pipe'],
    [2, 5],
  ],
  ['TSV without quoting', { 'a.tsv': 'text\tlabel\n"a lone\t1\nb"\t0\n' }, {}, ['"a lone', 'b"'], [2, 3]],
  [
    'a format that the name does not say',
    { 'a.txt': 'text\tlabel\na\t1\nb\t0' },
    { format: 'tsv' },
    ['a', 'b'],
    [2, 3],
  ],
  ['gzip', { 'a.jsonl.gz': gzipSync(lines) }, {}, ['good', 'bad'], [1, 2]],
  [
    'gzip of several members',
    { 'a.jsonl.gz': Buffer.concat([gzipSync(lines), gzipSync(lines)]) },
    {},
    ['good', 'bad', 'good', 'bad'],
    [1, 2, 3, 4],
  ],
  [
    'a folder, in the order of names, without what is no data',
    {
      'in/b/c.tsv': 'label\ttext\n0\tthird\n',
      'in/a.jsonl': lines,
      'in/README.md': '#',
      'in/.x.csv': '',
      'in/_S.csv': '',
    },
    { files: ['{}/in'] },
    ['good', 'bad', 'third'],
    [1, 2, 2],
  ],
  ['columns in another order', { 'a.csv': 'label,text\n1,a\n', 'b.csv': 'text,label\nb,0\n' }, {}, ['a', 'b'], [2, 2]],
];
for (const [about, files, settings, texts, lineNumbers] of formats) {
  test(`reads ${about}`, async (t) => {
    const rows = await allRows(await openFolder(t, files, settings));
    assert.deepEqual(
      rows.map(({ record }) => record['text']),
      texts,
    );
    assert.deepEqual(
      rows.map(({ line }) => line),
      lineNumbers,
    );
    assert.deepEqual(
      rows.map(({ index }) => index),
      [...rows.keys()],
    );
  });
}

test('gives a row its class, id, slices and the hash of its content', async (t) => {
  const data = '{"y":{"is":true},"n":7,"text":"a","city":"Pune"}\n{"y":{"is":false},"n":8,"text":"a","city":null}\n';
  const source = await openFolder(t, { 'a.jsonl': data }, { label: '$.y.is', id: 'n', slices: ['$.city'] });
  const [first, second] = await allRows(source);
  assert.deepEqual([first?.label, first?.id, first?.slices], [1, '7', ['Pune']]);
  assert.deepEqual([second?.label, second?.id, second?.slices], [0, '8', ['(missing)']]);
  assert.match(first?.hash ?? '', /^[0-9a-f]{32}$/);
  assert.equal(first?.hash, second?.hash);
});

const classes: [about: string, labels: unknown[], declared: DataSettings['labels'], names: string[]][] = [
  ['numbers by size', [10, 9, 2], undefined, ['2', '9', '10']],
  ['texts by code points', ['pos', 'neg', 'Neutral'], undefined, ['Neutral', 'neg', 'pos']],
  ['false before true', [true, false], undefined, ['false', 'true']],
  ['the declared order', ['yes', 'no'], ['yes', 'no'], ['yes', 'no']],
  ['declared numbers for texts', ['1', '0'], [1, 0], ['1', '0']],
  ['a declared class that looks like nothing', ['None', 'some'], ['None', 'some'], ['None', 'some']],
  ['a declared class without rows', ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
];
for (const [about, labels, declared, names] of classes) {
  test(`orders classes: ${about}`, async (t) => {
    const data = labels.map((label) => JSON.stringify({ label })).join('\n');
    const source = await openFolder(t, { 'a.jsonl': data }, { labels: declared });
    const rows = await allRows(source);
    assert.deepEqual(
      rows.map(({ label }) => names[label]),
      labels.map(String),
    );
    assert.deepEqual((await source.summary()).classes, names);
  });
}

test('reads the same rows again, and hashes the bytes as sha256sum does', async (t) => {
  const files = { 'a.jsonl': lines, 'b.jsonl.gz': gzipSync(lines) };
  const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  for (const labels of [undefined, [0, 1]]) {
    const source = await openFolder(t, files, { labels });
    const rows = await allRows(source);
    assert.deepEqual(await allRows(source), rows);
    const summary = await source.summary();
    assert.deepEqual({ rows: summary.rows, counts: summary.counts }, { rows: 4, counts: [2, 2] });
    assert.equal(summary.sha256, sha256(Buffer.concat([Buffer.from(lines), files['b.jsonl.gz']])));
    assert.deepEqual(
      summary.files.map((file) => file.sha256),
      [sha256(lines), sha256(files['b.jsonl.gz'])],
    );
    assert.deepEqual(
      summary.files.map((file) => file.bytes),
      [lines.length, files['b.jsonl.gz'].length],
    );
  }
});

test('goes on counting when a reading is broken off', async (t) => {
  const source = await openFolder(t, { 'a.jsonl': lines.repeat(5000) }, { labels: [0, 1] });
  for await (const chunk of source.rows()) {
    assert.ok(chunk.length < 10_000);
    break;
  }
  assert.deepEqual((await source.summary()).counts, [5000, 5000]);
});

test('finds records across the chunks of a file', async (t) => {
  const texts = Array.from({ length: 400 }, (_, row) => `${'é"\n,'.repeat(1 + ((row * 7919) % 3000))}${row}`);
  const csv = `label,text\n${texts.map((text, row) => `${row % 2},"${text.replaceAll('"', '""')}"`).join('\n')}`;
  const array = JSON.stringify(texts.map((text, row) => ({ label: row % 2, text })));
  const rows = await allRows(await openFolder(t, { 'a.csv': csv, 'b.json': array }, {}));
  assert.deepEqual(
    rows.map(({ record }) => record['text']),
    [...texts, ...texts],
  );
  let line = 2;
  for (const [row, text] of texts.entries()) {
    assert.equal(rows[row]?.line, line);
    line += text.split('\n').length;
  }
});

test('reads from S3, a folder there too', async (t) => {
  const { stub } = await stubStore(t);
  stub.put('bucket/in/a.jsonl', lines);
  stub.put('bucket/in/deep/b.jsonl.gz', gzipSync(lines));
  const openStore = openStores({ endpoint: stub.url, firstPauseMs: 2 });
  const source = openRows({ files: ['s3://bucket/in'], label: 'label' }, { ...rowOptions, openStore });
  const rows = await allRows(source);
  assert.deepEqual(
    rows.map(({ file, line }) => `${file}:${line}`),
    [
      's3://bucket/in/a.jsonl:1',
      's3://bucket/in/a.jsonl:2',
      's3://bucket/in/deep/b.jsonl.gz:1',
      's3://bucket/in/deep/b.jsonl.gz:2',
    ],
  );
});

test('stops when it is told to', async (t) => {
  const folder = await temporaryFolder(t, { 'a.jsonl': lines.repeat(20_000) });
  const stop = new AbortController();
  const source = openRows({ files: [folder], label: 'label', labels: [0, 1] }, { ...rowOptions, signal: stop.signal });
  await assert.rejects(async () => {
    for await (const _ of source.rows()) stop.abort(new Error('enough'));
  }, /enough|abort/i);
});

test('takes a file that changes between readings for an error', async (t) => {
  const stub = await stubS3(t);
  stub.put('bucket/a.jsonl', lines);
  const openStore = openStores({ endpoint: stub.url, firstPauseMs: 2 });
  const source = openRows(
    { files: ['s3://bucket/a.jsonl'], label: 'label', labels: [0, 1] },
    { ...rowOptions, openStore },
  );
  await source.summary();
  stub.put('bucket/a.jsonl', `${lines}${lines}`);
  await assert.rejects(allRows(source), /a\.jsonl/);
});

test('reads sentence_polarity and the UCI sentences', needsShared, async () => {
  const polarity = openRows(
    { files: [join(sharedData, 'sentence_polarity/sentence_polarity.tsv')], label: 'label' },
    rowOptions,
  );
  const { rows, counts, classes: names } = await polarity.summary();
  assert.deepEqual({ rows, counts, names }, { rows: 10_662, counts: [5331, 5331], names: ['0', '1'] });
  const uci = openRows(
    {
      files: [join(sharedData, 'uci_sentiment_labelled/uci_sentiment_labelled.tsv')],
      label: 'label',
      slices: ['source'],
    },
    rowOptions,
  );
  const sources = (await allRows(uci)).map(({ slices }) => slices[0]);
  assert.deepEqual([...new Set(sources)], ['amazon_cells', 'imdb', 'yelp']);
  assert.deepEqual((await uci.summary()).counts, [1500, 1500]);
});

test('joins the hand labels of flag_combo in their order', needsShared, async () => {
  const labelFile = join(sharedData, 'reference/flag_combo/zomato_300.tsv');
  const source = openRows(
    {
      files: [join(sharedData, 'zomato_bangalore_2022/outlets.jsonl.gz')],
      id: '$.outlet_id',
      labelFile: { path: labelFile, key: 'outlet_id', label: 'label', slices: ['sure'] },
    },
    rowOptions,
  );
  const rows = await allRows(source);
  const expected = readFileSync(labelFile, 'utf8').trimEnd().split('\n').slice(1);
  assert.deepEqual(
    rows.map(({ id, label, slices }) => [id, String(label), slices[0]]),
    expected.map((line) => line.split('\t')).map(([id, label, , sure]) => [id, label, sure]),
  );
  assert.deepEqual((await source.summary()).counts, [142, 158]);
});
