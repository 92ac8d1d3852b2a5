// A whole search, features included, beside scikit-learn's GridSearchCV on two cores: bench/peers/scikit-learn.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { cacheDir } from '../machine.ts';
import type { Finding } from '../report.ts';
import { median, spread } from '../statistics.ts';

const sentences = '../shared/data/sentence_polarity/sentence_polarity.tsv';
const rounds = 3;

export async function run(): Promise<Finding | string> {
  if (!existsSync(sentences)) return `no ${sentences}`;
  const folder = await cacheDir('training');
  const venv = await cacheDir('flask');
  execFileSync('bench/peers/flask/install.sh', [venv], { stdio: 'inherit' });
  const python = join(venv, 'bin/python');
  const ours: number[] = [];
  const plain: number[] = [];
  const shared: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await train(folder));
    plain.push(await search(python, 'plain'));
    shared.push(await search(python, 'once'));
  }
  const ratio = (theirs: readonly number[]) => ours.map((value, round) => value / (theirs[round] as number));
  return {
    method:
      'Wall seconds of a whole process, on two cores: 12 values of alpha in 5 folds of the 10,662 sentences of sentence_polarity, tf-idf of words and pairs, ' +
      `hinge, l2, averaged, 20 epochs; the best fitted again. batchline also calibrates, profiles and writes the model. ${rounds} rounds, each program in turn. Median (least–most).`,
    header: ['program', 'seconds', 'batchline / it'],
    rows: [
      ['batchline train', spread(ours, 1), ''],
      ['GridSearchCV(Pipeline), n_jobs=2', spread(plain, 1), spread(ratio(plain), 2)],
      ['joblib n_jobs=2, tf-idf once a fold, by hand', spread(shared, 1), spread(ratio(shared), 2)],
    ],
    figures: [
      {
        name: 'search, batchline/GridSearchCV, wall time',
        value: median(ratio(plain)),
        target: 0.5,
        better: 'lower',
      },
    ],
  };
}

async function train(folder: string): Promise<number> {
  const parameters = {
    name: 'sentiment',
    task: 'score',
    data: { train: resolve(sentences), label: 'label' },
    input: { text: ['text'] },
    features: { vectorizer: { tfidf: true, norm: 'l2' }, analyzer: { ngram_range: [1, 2] } },
    learner: { average: true, max_iter: 20, tol: null },
    search: {
      grid: { 'learner.alpha': Array.from({ length: 12 }, (_, index) => 10 ** (-6 + (3 * index) / 11)) },
      folds: 5,
      scoring: 'accuracy',
    },
    split: { test: 0.0002 }, // all but two rows
  };
  const file = join(folder, 'params.json');
  await writeFile(file, JSON.stringify(parameters));
  const model = join(folder, 'model');
  await rm(model, { recursive: true, force: true });
  return await timed(process.execPath, [
    'src/cli/main.ts',
    'train',
    '--params',
    file,
    '--output',
    model,
    '--workers',
    '2',
  ]);
}

async function search(python: string, how: 'plain' | 'once'): Promise<number> {
  return await timed(python, ['bench/peers/scikit-learn/search.py', how, sentences]);
}

async function timed(program: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${said}`);
  return (performance.now() - start) / 1000;
}
