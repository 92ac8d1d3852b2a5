import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { dvcFiles } from '../../../src/learning/report/dvc-plots.ts';
import { formatJson } from '../../../src/learning/report/format-json.ts';
import { thinCurve } from '../../../src/learning/report/thin-curve.ts';
import { writeEvaluation } from '../../../src/learning/report/write-evaluation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { sampleCard, sampleFacts } from './sample-facts.ts';

const names = [
  ...['scoring.json', 'metrics.json', 'confusion.json', 'roc.json', 'pr.json', 'calibration.json'],
  ...['confusion', 'roc', 'pr', 'calibration', 'scores', 'weights'].flatMap((name) => [`${name}.svg`, `${name}.png`]),
  'model-card.md',
];
const output = { facts: sampleFacts(), weights: [{ term: 'combo', weight: 1 }], card: sampleCard };

describe('writeEvaluation', () => {
  test('writes all files, tells of each, and gives the same bytes again', async (t) => {
    const [folder, again] = [join(await temporaryFolder(t), 'deep/er'), await temporaryFolder(t)];
    const told: string[] = [];
    assert.deepEqual(await writeEvaluation(folder, { ...output, onProgress: (file) => told.push(file) }), names);
    assert.deepEqual(
      told,
      names.filter((name) => !name.endsWith('.png')),
    );
    assert.deepEqual((await readdir(folder)).sort(), [...names].sort());
    await writeEvaluation(again, output);
    for (const name of names)
      assert.deepEqual(await readFile(join(again, name)), await readFile(join(folder, name)), name);
  });
  test('shows nothing of an evaluation that is aborted, and leaves what was there', async (t) => {
    const folder = await temporaryFolder(t, { 'metrics.json': 'old', 'other.txt': 'kept' });
    const aborter = new AbortController();
    const onProgress = (file: string) => file === 'roc.svg' && aborter.abort();
    await assert.rejects(writeEvaluation(folder, { ...output, onProgress, signal: aborter.signal }), {
      name: 'AbortError',
    });
    assert.deepEqual((await readdir(folder)).sort(), ['metrics.json', 'other.txt']);
    assert.equal(await readFile(join(folder, 'metrics.json'), 'utf8'), 'old');
  });
  test('writes no card without one, and beside the files of others', async (t) => {
    const folder = await temporaryFolder(t, { 'metrics.json': 'old', 'other.txt': 'kept' });
    const { classes, rows, figures, confusion } = sampleFacts();
    const written = await writeEvaluation(folder, { facts: { classes, rows, figures, confusion } });
    assert.deepEqual(written, ['scoring.json', 'metrics.json', 'confusion.json', 'confusion.svg', 'confusion.png']);
    assert.deepEqual((await readdir(folder)).sort(), [...written, 'other.txt'].sort());
  });
});

describe('the files for DVC', () => {
  const files = dvcFiles(sampleFacts()) as Record<string, Record<string, unknown>[]>;
  test('are named as the plots of dvc.yaml', () => {
    assert.deepEqual(Object.keys(files), names.slice(1, 6));
  });
  const keys: [file: string, keys: string[]][] = [
    ['confusion.json', ['actual', 'predicted']],
    ['roc.json', ['fpr', 'tpr', 'threshold']],
    ['pr.json', ['recall', 'precision', 'threshold']],
    ['calibration.json', ['prob_pred', 'prob_true', 'rows']],
  ];
  for (const [file, expected] of keys) {
    test(`${file} has the keys that DVCLive gives it`, () => {
      for (const entry of files[file] ?? assert.fail()) assert.deepEqual(Object.keys(entry), expected);
    });
  }
  test('metrics are flat numbers, without those that are none', () => {
    const figures = { f1: { value: 0.5, low: 0.4, high: 0.6 }, roc_auc: { value: Number.NaN }, recall: { value: 0 } };
    const { 'metrics.json': metrics } = dvcFiles({ ...sampleFacts(), figures });
    assert.deepEqual(metrics, { f1: 0.5, f1_low: 0.4, f1_high: 0.6, recall: 0 });
  });
  test('the confusion has an entry for each row', () => {
    const wrong = files['confusion.json']?.filter(
      ({ actual, predicted }) => actual === 'no_combo' && predicted === 'combo',
    );
    assert.equal(files['confusion.json']?.length, 2000);
    assert.equal(wrong?.length, sampleFacts().confusion[0]?.[1]);
  });
  test('of very many rows it keeps the proportions and every cell', () => {
    const confusion = [
      [6e6, 1],
      [0, 4e6],
    ];
    const { 'confusion.json': entries } = dvcFiles({ ...sampleFacts(), confusion, rows: 10_000_001 }) as typeof files;
    assert.ok(entries !== undefined && entries.length <= 50_004);
    assert.equal(entries.filter(({ actual, predicted }) => actual !== predicted).length, 1);
    assert.equal(entries.filter(({ actual }) => actual === 'no_combo').length, 30_001);
  });
  test('the curves begin and end where they should', () => {
    assert.deepEqual(files['roc.json']?.[0], { fpr: 0, tpr: 0, threshold: null });
    assert.equal(files['roc.json']?.at(-1)?.['tpr'], 1);
    assert.deepEqual(files['pr.json']?.[0], { recall: 0, precision: 1, threshold: null });
    assert.equal(files['pr.json']?.at(-1)?.['recall'], 1);
  });
});

describe('a curve of very many points', () => {
  const points = Array.from({ length: 100_001 }, (_, index) => ({ x: index / 1e5, y: Math.floor(index / 25_000) / 4 }));
  const thin = thinCurve(points, 'x', 'y');
  test('has about a thousand', () => assert.ok(thin.length > 900 && thin.length < 1100, `${thin.length}`));
  test('keeps both sides of every step, and its ends', () => {
    for (const at of [0, 24_999, 25_000, 49_999, 50_000, 100_000])
      assert.ok(thin.includes(points[at] as never), `${at}`);
  });
  test('of few is as it was', () => {
    const few = [
      { x: 0, y: 0 },
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ];
    assert.deepEqual(thinCurve(few, 'x', 'y'), few);
    assert.deepEqual(thinCurve([], 'x', 'y'), []);
  });
});

describe('JSON for people', () => {
  const cases: [value: unknown, text: string][] = [
    [[], '[]'],
    [{}, '{}'],
    [
      { a: undefined, b: null, c: [1, 'x'], d: [], e: {} },
      '{\n  "b": null,\n  "c": [1, "x"],\n  "d": [],\n  "e": {}\n}',
    ],
    [[{ a: 1, b: 'x' }, { a: [1] }], '[\n  { "a": 1, "b": "x" },\n  {\n    "a": [1]\n  }\n]'],
    [[Number.NaN, undefined], '[\n  null,\n  null\n]'],
  ];
  for (const [value, text] of cases) test(JSON.stringify(value), () => assert.equal(formatJson(value), `${text}\n`));
});
