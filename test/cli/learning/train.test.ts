import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const reviews = resolve('examples/sentiment/data/reviews.tsv');
const parameters = `name: sentiment
task: score
data: { train: ${reviews}, label: label, labels: [negative, positive] }
input: { text: [text] }
features: { analyzer: { ngram_range: [1, 2] }, vectorizer: { tfidf: true, norm: l2 } }
learner: { average: true }
search: { grid: { learner.alpha: [1e-4, 1e-3] }, folds: 3, scoring: accuracy }
split: { test: 0.25 }
gates: { min_accuracy: 0.7 }
card: { description: How positive a review is. }
`;

describe('batchline train and validate, over the bundled reviews', { concurrency: 2 }, () => {
  test('the same bytes with one worker and with two; the model scores, passes its gate and has its files', async (t) => {
    const folder = await temporaryFolder(t, { 'params.yaml': parameters });
    const params = ['--params', join(folder, 'params.yaml')];
    const first = await batchline('train', ...params, '--output', join(folder, 'one/model'), '--workers', '1');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /^accuracy, out of fold on \d+ rows/m);
    const second = await batchline(
      'train',
      ...params,
      '--output',
      join(folder, 'two/model'),
      '--workers',
      '2',
      '--json',
    );
    const { variants, best } = JSON.parse(second.stdout) as { variants: { score: number }[]; best: number };
    assert.equal(variants.length, 2);
    assert.ok((variants[best]?.score ?? 0) > 0.7);
    for (const name of await readdir(join(folder, 'one/model'))) {
      const [one, two] = await Promise.all(['one', 'two'].map((of) => readFile(join(folder, of, 'model', name))));
      assert.ok(one?.equals(two as Buffer), name);
    }
    const evaluation = join(folder, 'evaluation');
    const model = ['--model', join(folder, 'one/model'), '--output', evaluation];
    const validated = await batchline('validate', ...params, ...model, '--baseline', join(folder, 'two/model'));
    assert.equal(validated.status, 0, validated.stderr);
    const files = await readdir(evaluation);
    for (const name of ['metrics.json', 'confusion.json', 'roc.svg', 'roc.png', 'model-card.md'])
      assert.ok(files.includes(name), name);
    const { accuracy } = JSON.parse(await readFile(join(evaluation, 'metrics.json'), 'utf8')) as { accuracy: number };
    assert.ok(accuracy > 0.7, String(accuracy));
    const failed = await batchline('validate', ...params, ...model, '--set', 'gates={min_accuracy: 1.1}');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /min_accuracy/);
  });

  test('variants as tasks of an orchestrator choose and fit the same model', async (t) => {
    const folder = await temporaryFolder(t, { 'params.yaml': parameters });
    const params = ['--params', join(folder, 'params.yaml')];
    const listed = JSON.parse((await batchline('train', ...params, '--list-variants')).stdout) as { index: number }[];
    assert.deepEqual(
      listed.map(({ index }) => index),
      [0, 1],
    );
    const results = join(folder, 'results');
    for (const { index } of listed) {
      const ended = await batchline('train', ...params, '--variant', String(index), '--results', results);
      assert.equal(ended.status, 0, ended.stderr);
    }
    const selected = await batchline(
      'train',
      ...params,
      '--select',
      results,
      '--output',
      join(folder, 'selected/model'),
    );
    assert.equal(selected.status, 0, selected.stderr);
    await batchline('train', ...params, '--output', join(folder, 'whole/model'));
    const weights = await Promise.all(
      ['selected', 'whole'].map((of) => readFile(join(folder, of, 'model/weights.bin'))),
    );
    assert.ok(weights[0]?.equals(weights[1] as Buffer));
    const other = await batchline(
      'train',
      ...params,
      '--select',
      results,
      '--output',
      join(folder, 'x'),
      '--set',
      'seed=1',
    );
    assert.equal(other.status, 2);
    assert.match(other.stderr, /of other data or parameters than these/);
  });

  const wrong: [name: string, args: string[], says: RegExp][] = [
    ['an unknown field', ['--set', 'input.text=[body]'], /reviews\.tsv, line 2: .*body/],
    [
      'a label typo',
      ['--set', 'data.labels=[bad, good]'],
      /reviews\.tsv, line 2: the label "positive" is not among data\.labels/,
    ],
    ['a variant too many', ['--variant', '2', '--results', 'x'], /--variant: expected 0 to 1, received 2/],
    ['a variant in passes', ['--set', 'memory=passes', '--variant', '0'], /expected none of --variant and --select/],
    ['no output', [], /--output: expected a folder/],
    [
      'a metric that is none',
      ['--set', 'search.scoring=f2', '--output', 'x'],
      /search\.scoring: expected one of accuracy/,
    ],
  ];
  for (const [name, args, says] of wrong) {
    test(`refused: ${name}`, async (t) => {
      const folder = await temporaryFolder(t, { 'params.yaml': parameters });
      const output = name === 'no output' || args.includes('--output') ? [] : ['--output', join(folder, 'model')];
      const given = args.map((arg) => (arg === 'x' ? join(folder, 'x') : arg));
      const { status, stderr } = await batchline('train', '--params', join(folder, 'params.yaml'), ...output, ...given);
      assert.match(stderr, says);
      assert.equal(status, 2);
    });
  }
});

async function batchline(...args: string[]) {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status: child.exitCode, stdout, stderr };
}
