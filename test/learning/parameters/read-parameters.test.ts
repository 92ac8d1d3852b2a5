import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readParameters } from '../../../src/learning/parameters/read-parameters.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const least = 'name: a\ndata: { train: rows.jsonl, label: label }\ninput: { text: [text] }\n';

test('the least that is needed, with defaults, its paths relative to the file', async (t) => {
  const folder = await temporaryFolder(t, { 'params.yaml': least });
  const { parameters } = await readParameters(join(folder, 'params.yaml'));
  assert.deepEqual(parameters.data, { train: [join(folder, 'rows.jsonl')], label: 'label', slices: [] });
  assert.deepEqual(parameters.input.text, [{ path: 'text', prefix: '', optional: false }]);
  assert.equal(parameters.task, 'classification');
  assert.deepEqual(
    [parameters.learner.loss, parameters.learner.alpha, parameters.learner.penalty],
    ['hinge', 1e-4, 'l2'],
  );
  assert.deepEqual(parameters.split, { test: 0.1, method: 'stratified' });
});

test('--set goes over the file; a variant is checked as the file is', async (t) => {
  const folder = await temporaryFolder(t, { 'params.yaml': least });
  const read = await readParameters(join(folder, 'params.yaml'), [
    'learner.alpha=0.01',
    'data.train=[s3://b/a.csv, c.tsv]',
  ]);
  assert.equal(read.parameters.learner.alpha, 0.01);
  assert.deepEqual(read.parameters.data.train, ['s3://b/a.csv', join(folder, 'c.tsv')]);
  assert.throws(() => read.check({ ...read.members, learner: { alpha: -1 } }), {
    message: /learner\.alpha: expected a number above 0/,
  });
});

describe('refused, with file, line and key', () => {
  const cases: [name: string, text: string, message: RegExp][] = [
    [
      'an unknown key',
      `${least}learner: { alpa: 1 }\n`,
      /params\.yaml, line 4: learner: unknown member "alpa"; did you mean "alpha"\?/,
    ],
    [
      'a wrong kind',
      `${least}learner: { alpha: much }\n`,
      /line 4: learner\.alpha: expected a number, received "much"/,
    ],
    ['a wrong choice', `${least}learner: { loss: huber }\n`, /line 4: learner\.loss: .*received "huber"/],
    ['no label', least.replace(', label: label', ''), /data: expected one of label and labelFile/],
    ['nothing to read', least.replace('text: [text]', ''), /input: expected at least one of text and features/],
    [
      'two searches',
      `${least}search: { grid: { a: [1] }, random: { n_iter: 1, space: {} } }\n`,
      /search: expected one of grid and random/,
    ],
    [
      'two ways to compare',
      `${least}search: { folds: 3, validation: 0.2 }\n`,
      /search: expected one of folds and validation/,
    ],
    [
      'all that is wrong',
      `${least}seed: x\nsplit: { test: 2 }\n`,
      /split\.test: expected a share below 1[\s\S]*seed: /,
    ],
  ];
  for (const [name, text, message] of cases) {
    test(name, async (t) => {
      const folder = await temporaryFolder(t, { 'params.yaml': text });
      await assert.rejects(readParameters(join(folder, 'params.yaml')), { code: 'INVALID_SETTING', message });
    });
  }
});
