import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartSpecs } from '../../../src/learning/report/charts/specs.ts';
import { shortNames } from '../../../src/learning/report/charts/style.ts';
import { drawPictures } from '../../../src/learning/report/pictures.ts';
import { renderPng } from '../../../src/learning/report/png.ts';
import { topWeights } from '../../../src/learning/report/top-weights.ts';
import { sampleFacts } from './sample-facts.ts';

const weights = topWeights({ terms: ['+', 'plain', ' of', 'zero'], coef: [2, -1, 0.5, 0] });

test('top weights are the largest of each side, and no zero', () => {
  assert.deepEqual(weights, [
    { term: '+', weight: 2 },
    { term: ' of', weight: 0.5 },
    { term: 'plain', weight: -1 },
  ]);
  const terms = ['a', 'b', 'c', 'd'];
  assert.deepEqual(topWeights({ terms, coef: [1, -2, 3, -4] }, 1), [
    { term: 'c', weight: 3 },
    { term: 'd', weight: -4 },
  ]);
});

test('only what the facts have is drawn', () => {
  const { classes, rows, figures, confusion } = sampleFacts();
  assert.deepEqual(Object.keys(chartSpecs({ classes, rows, figures, confusion })), ['confusion']);
  assert.deepEqual(Object.keys(chartSpecs(sampleFacts(), weights)), [
    'confusion',
    'roc',
    'pr',
    'calibration',
    'scores',
    'weights',
  ]);
});

describe('each picture', async () => {
  const words: Readonly<Record<string, readonly string[]>> = {
    confusion: ['Confusion matrix', 'predicted', 'actual', 'no_combo', '86.6 %'],
    roc: ['ROC curve', 'area 0.902 (0.888 to 0.915)', 'false positive rate', 'threshold 0.500'],
    pr: ['average precision 0.868', 'dashed: the share of positives, 40.0 %', 'recall'],
    calibration: ['expected calibration error 0.021', 'mean predicted probability of combo', 'observed share'],
    scores: ['1,200 no_combo, 800 combo', 'probability of combo', 'rows'],
    weights: ['Top weights', '␣of', 'for no_combo'],
  };
  for await (const { name, svg, png } of drawPictures(sampleFacts(), weights)) {
    test(`${name} says what it is, on white`, () => {
      for (const text of words[name] ?? assert.fail(name)) assert.ok(svg.includes(`>${text}<`), `${text} in ${svg}`);
      assert.match(svg, /<rect width="[\d.]+" height="[\d.]+" fill="#ffffff"/);
    });
    test(`${name} is twice as many pixels in PNG, with its text`, async () => {
      const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? assert.fail();
      assert.deepEqual(sizeOf(png), [2 * Math.ceil(Number(width)), 2 * Math.ceil(Number(height))]);
      // What a machine without fonts would draw.
      const bare = await renderPng(svg.replace(/<text.*?<\/text>/gs, ''));
      assert.ok(png.length > bare.length * 1.2, `${png.length} bytes, ${bare.length} without text`);
    });
  }
});

test('no text is set in fonts of the machine, unless the font at hand lacks it', async () => {
  const svg = (text: string, font: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text y="15" font-family="${font}">${text}</text></svg>`;
  assert.deepEqual(await renderPng(svg('Größe ␣', 'Verdana')), await renderPng(svg('Größe ␣', 'DejaVu Sans')));
  await renderPng(svg('日本 कॉ', 'DejaVu Sans'));
});

test('a point at the edge, empty classes and many of them are drawn', async () => {
  const classes = Array.from({ length: 9 }, (_, index) => `class ${index} of <many> & "more"`);
  const confusion = classes.map(() => classes.map(() => 0));
  const facts = { classes, rows: 0, figures: { roc_auc: { value: Number.NaN } }, confusion, threshold: 0.5 };
  const edge = {
    roc: { fpr: [0, 1], tpr: [0, 0], thresholds: [Infinity, 0.5] },
    confusion: [
      [0, 5],
      [0, 0],
    ],
  };
  const bins = [{ from: 0, to: 1, counts: classes.map((_, index) => index) }];
  const names: string[] = [];
  for await (const { name } of drawPictures({ ...facts, scores: { name: 'score', bins } }, weights)) names.push(name);
  for await (const { name } of drawPictures({ ...facts, ...edge, classes: ['a', 'b'] })) names.push(name);
  assert.deepEqual(names, ['confusion', 'scores', 'weights', 'confusion', 'roc']);
});

test('names that are cut stay different', () => {
  const names = [
    'short',
    ...['first, the end', 'second, the end', 'third, another'].map((end) => `a very long name: ${end}`),
  ];
  assert.deepEqual(shortNames(names), [
    'short',
    'a very long …, the end',
    'a very long …, the end 2',
    'a very long …, another',
  ]);
});

/** Width and height, from the header of a PNG. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  assert.equal(view.getUint32(0), 0x89504e47);
  return [view.getUint32(16), view.getUint32(20)];
}
