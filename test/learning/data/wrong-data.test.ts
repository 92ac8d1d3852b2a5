import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchlineError } from '../../../src/errors.ts';
import type { DataSettings } from '../../../src/learning/data/data-settings.ts';
import { openRows } from '../../../src/learning/data/read-rows.ts';
import { allRows, type Files, openFolder, rowOptions } from './open-folder.ts';

type Case = [about: string, files: Files, settings: Partial<DataSettings>, message: RegExp];

const good = '{"label":1,"text":"a"}\n{"label":0,"text":"b"}\n';
const csv = 'label,text\n1,a\n0,b\n';

const cases: Case[] = [
  ['no such file', {}, { files: ['{}/x.csv'] }, /data\.files: .*x\.csv: no such file, and no folder/],
  ['no files', {}, { files: [] }, /data\.files: expected at least one/],
  ['a kind that nobody knows', { 'a.txt': 'x' }, {}, /a\.txt: expected a name that ends in .*data\.format/],
  ['a folder without data', { 'in/README.md': '#' }, { files: ['{}/in'] }, /has no data file; .*received .*README\.md/],
  ['a file twice', { 'a.csv': csv }, { files: ['{}/a.csv', '{}'] }, /a\.csv is named twice, also as .*a\.csv/],
  ['no label setting', { 'a.csv': csv }, { label: undefined }, /data\.label: expected the path/],
  ['a malformed path', { 'a.csv': csv }, { label: '$.[' }, /data\.label: the path "\$\.\[" is malformed/],
  [
    'an unknown column',
    { 'a.csv': csv },
    { label: 'Lable' },
    /a\.csv, line 1: no column "Lable", for data\.label; did you mean "label"\?/,
  ],
  [
    'an unknown slice',
    { 'a.csv': csv },
    { slices: ['city'] },
    /no column "city", for data\.slices\[0\]; the header has "label", "text"/,
  ],
  [
    'an unknown field',
    { 'a.jsonl': good },
    { label: '$.lable' },
    /a\.jsonl, line 1: \$\.lable is missing: expected .* for data\.label; did you mean "label"\?/,
  ],
  [
    'a slice that no record has',
    { 'a.jsonl': good },
    { slices: ['$.txet'] },
    /"\$\.txet", for data\.slices\[0\], is in no record; did you mean "text"\?/,
  ],
  [
    'a slice that is a list',
    { 'a.jsonl': '{"label":1,"s":[1]}' },
    { slices: ['s'] },
    /line 1: \$\.s is an array: expected a text, a number/,
  ],
  ['a missing label', { 'a.jsonl': `${good}{"text":"c"}` }, {}, /line 3: \$\.label is missing/],
  ['a null label', { 'a.jsonl': `${good}{"label":null}` }, {}, /line 3: \$\.label is null/],
  ['a label that is an object', { 'a.jsonl': `${good}{"label":{}}` }, {}, /line 3: \$\.label is an object/],
  ['NaN in JSON', { 'a.jsonl': `${good}{"label":NaN}` }, {}, /line 3: not JSON: NaN at character 10 is not JSON/],
  ['NaN in CSV', { 'a.csv': `${csv}nan,c\n` }, {}, /line 4: label is "nan": expected a label.*data\.labels/],
  ['an empty label', { 'a.csv': `${csv},c\n` }, {}, /line 4: label is ""/],
  [
    'a label typo',
    { 'a.csv': 'label,text\npositve,a\n' },
    { labels: ['negative', 'positive'] },
    /line 2: the label "positve" is not among data\.labels; did you mean "positive"\?/,
  ],
  [
    'a label like none',
    { 'a.csv': 'label,text\n7,a\n' },
    { labels: [0, 1] },
    /the label "7" is not among data\.labels; expected one of "0", "1"/,
  ],
  ['1.0 for 1', { 'a.csv': 'label,text\n1.0,a\n' }, { labels: [0, 1] }, /the label "1\.0" is not.*did you mean "1"\?/],
  ['a class twice', { 'a.csv': csv }, { labels: [1, '1'] }, /data\.labels has "1" twice/],
  [
    'two spellings of a class',
    { 'a.csv': 'label\nPos\nneg\npos \n' },
    {},
    /line 4: the label "pos " looks like "Pos" \(.*a\.csv, line 2\)/,
  ],
  [
    'one class',
    { 'a.csv': 'label,text\n1,a\n1,b\n' },
    {},
    /all 2 rows have the label "1": expected at least two classes/,
  ],
  [
    'one class of those declared',
    { 'a.csv': 'label,text\n1,a\n' },
    { labels: [0, 1] },
    /all 1 rows have the label "1"/,
  ],
  [
    'a label that is no class',
    { 'a.csv': `label\n${Array.from({ length: 1001 }, (_, row) => row).join('\n')}` },
    {},
    /line 1002: more than 1000 different labels/,
  ],
  ['no rows', { 'a.csv': 'label,text\n' }, {}, /the data has no rows/],
  ['an empty file', { 'a.jsonl': '' }, {}, /the data has no rows/],
  [
    'what is not JSON',
    { 'a.jsonl': `${good}{"label":1,}` },
    {},
    /line 3: not JSON: expected a key.*\(trailing comma\)/,
  ],
  [
    'a record over several lines',
    { 'a.json': '{\n"label": 1}\n' },
    {},
    /line 1: not JSON: .*one value a line, or an array/,
  ],
  [
    'an array that is cut off',
    { 'a.json': '[{"label":1},' },
    {},
    /a\.json: the document is cut off in or behind element 2/,
  ],
  [
    'a record that is a list',
    { 'a.jsonl': '[1]' },
    {},
    /line 1: expected an object with the record's fields, received an array/,
  ],
  ['a record that is a number', { 'a.jsonl': '5' }, {}, /received 5/],
  [
    'a CSV row of another length',
    { 'a.csv': `${csv}1,a,b\n` },
    {},
    /line 4: expected 2 fields, as the header has, received 3; a comma within/,
  ],
  [
    'a TSV row of another length',
    { 'a.tsv': 'label\ttext\n1\n' },
    {},
    /line 2: expected 2 fields, as the header has, received 1$/,
  ],
  ['a stray quote', { 'a.csv': `${csv}1,"a"b\n` }, {}, /line 4: not CSV: column 2/],
  ['a column twice', { 'a.csv': 'label,text,label\n' }, {}, /line 1: the header has "label" twice, in columns 1 and 3/],
  ['the header twice', { 'a.csv': `${csv}${csv}` }, {}, /line 4: the header again/],
  [
    'Latin-1',
    { 'a.csv': Buffer.concat([Buffer.from(csv), Buffer.from('1,\xe9\n', 'latin1')]) },
    {},
    /line 4: expected UTF-8/,
  ],
  ['UTF-16', { 'a.csv': Buffer.from(`\uFEFF${csv}`, 'utf16le') }, {}, /line 1: expected UTF-8, received UTF-16/],
  ['gzip without .gz', { 'a.csv': Buffer.from([0x1f, 0x8b, 8, 0]) }, {}, /received gzip; let the name end in \.gz/],
  ['.gz without gzip', { 'a.csv.gz': csv }, {}, /a\.csv\.gz: expected a whole gzip file/],
  [
    'a quote that never closes',
    { 'a.csv': `label,text\n1,"${'x\n'.repeat(9 * 2 ** 20)}` },
    {},
    /line 2: (expected a record of at most 16 MiB|not CSV)/,
  ],
  [
    'a line without end',
    { 'a.jsonl': Buffer.alloc(40 * 2 ** 20, 'x') },
    {},
    /line 1: expected a record of at most 16 MiB/,
  ],
];
for (const [about, files, settings, message] of cases) {
  test(`says where there is ${about}`, async (t) => {
    await assert.rejects(
      async () => allRows(await openFolder(t, files, settings)),
      (error) => {
        assert.ok(error instanceof BatchlineError, String(error));
        assert.equal(error.code, 'INVALID_INPUT');
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

const outlets = '{"id":"x","label":0}\n{"id":"y"}\n{"id":"z"}\n';
const labelFile = { path: '{}/labels.tsv', key: 'id', label: 'combo' };
const joins: Case[] = [
  ['no id', { 'labels.tsv': '' }, { id: undefined }, /data\.id: expected the path of the records' id/],
  [
    'a folder',
    {},
    { labelFile: { ...labelFile, path: '{}' } },
    /labelFile\.path: expected one file, received the folder/,
  ],
  [
    'an unknown key',
    { 'labels.tsv': 'Id\tcombo\nx\t1\n' },
    {},
    /labels\.tsv, line 1: no column "id", for data\.labelFile\.key; did you mean "Id"/,
  ],
  [
    'an unknown label',
    { 'labels.tsv': 'id\tcombi\nx\t1\n' },
    {},
    /no column "combo", for data\.labelFile\.label; did you mean "combi"/,
  ],
  [
    'an unknown condition',
    { 'labels.tsv': 'id\tcombo\nx\t1\n' },
    { labelFile: { ...labelFile, where: { sure: 'y' } } },
    /no column "sure", for data\.labelFile\.where/,
  ],
  [
    'a condition that nothing meets',
    { 'labels.tsv': 'id\tcombo\nx\t1\n' },
    { labelFile: { ...labelFile, where: { combo: 2 } } },
    /labels\.tsv: none of its 1 labels is as data\.labelFile\.where says/,
  ],
  ['no labels', { 'labels.tsv': 'id\tcombo\n' }, {}, /labels\.tsv: it has no labels/],
  [
    'an id twice',
    { 'labels.tsv': 'id\tcombo\nx\t1\nx\t0\n' },
    {},
    /labels\.tsv, line 3: the id "x" has a label already, on .*labels\.tsv, line 2/,
  ],
  [
    'an id that is not in the data',
    { 'labels.tsv': 'id\tcombo\nx\t1\nq\t0\nr\t0\n' },
    {},
    /labels\.tsv, line 3: the id "q" is not in data\.files \(nor are 1 more/,
  ],
  ['an empty label', { 'labels.tsv': 'id\tcombo\nx\t\n' }, {}, /labels\.tsv, line 2: combo is ""/],
  [
    'a label typo',
    { 'labels.tsv': 'id\tcombo\nx\t1\ny\t11\n' },
    { labels: [0, 1] },
    /labels\.tsv, line 3: the label "11" is not among data\.labels/,
  ],
  [
    'a record without id',
    { 'labels.tsv': 'id\tcombo\nx\t1\n', 'a.jsonl': '{"ID":"x"}' },
    {},
    /a\.jsonl, line 1: \$\.id is missing.*did you mean "ID"/,
  ],
  [
    'an id twice in the data',
    { 'labels.tsv': 'id\tcombo\nx\t1\n', 'a.jsonl': `${outlets}{"id":"x"}` },
    {},
    /a\.jsonl, line 4: the id "x" again, after .*a\.jsonl, line 1/,
  ],
];
for (const [about, files, settings, message] of joins) {
  test(`says where in a join there is ${about}`, async (t) => {
    const all = { 'a.jsonl': outlets, ...files };
    await assert.rejects(async () => {
      await allRows(
        await openFolder(t, all, { files: ['{}/a.jsonl'], id: 'id', label: undefined, labelFile, ...settings }),
      );
    }, message);
  });
}

test('names the row whose content cannot be read', async (t) => {
  const source = await openFolder(t, { 'a.jsonl': good }, {});
  const rows = await allRows(source);
  assert.equal(rows[0]?.hash.length, 32);
  const failing = openRows(
    { files: [rows[0]?.file ?? ''], label: 'label' },
    {
      ...rowOptions,
      contentOf: () => {
        throw new BatchlineError('MISSING_FIELD', '$.name is missing');
      },
    },
  );
  const [first] = await allRows(failing);
  assert.throws(() => first?.hash, /a\.jsonl, line 1: \$\.name is missing/);
});
