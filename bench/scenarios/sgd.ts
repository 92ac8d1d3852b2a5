// One epoch of SGD on sparse rows, beside scikit-learn's Cython loop on the very same rows: bench/peers/scikit-learn.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TermCounter } from '../../src/learning/features/count-terms.ts';
import { fitFeatures } from '../../src/learning/features/fit-features.ts';
import type { FeatureSettings } from '../../src/learning/features/settings.ts';
import { transform } from '../../src/learning/features/transform.ts';
import { fitLinear } from '../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../src/learning/learner/settings.ts';
import type { SparseBlock } from '../../src/learning/sparse-block.ts';
import { defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import { cacheDir } from '../machine.ts';
import type { Figure, Finding } from '../report.ts';
import { median, spread } from '../statistics.ts';

const sentences = '../shared/data/sentence_polarity/sentence_polarity.tsv';
const rounds = 15;
const warmUps = 3;
const epochs = 20;
const base = { loss: 'hinge', alpha: 1e-4, average: true, max_iter: epochs, tol: null } as const;
const cases: { readonly name: string; readonly settings: Partial<SgdSettings>; readonly target?: number }[] = [
  { name: 'hinge, l2, averaged, in order', settings: { ...base, shuffle: false }, target: 1 },
  { name: 'hinge, l2, averaged, shuffled', settings: { ...base, shuffle: true }, target: 1 },
  { name: 'hinge, l2, shuffled', settings: { ...base, average: false, shuffle: true } },
  { name: 'log loss, l2, averaged, shuffled', settings: { ...base, loss: 'log_loss', shuffle: true } },
  { name: 'hinge, l1, shuffled', settings: { ...base, penalty: 'l1', average: false, alpha: 1e-5, shuffle: true } },
];

export async function run(): Promise<Finding | string> {
  if (!existsSync(sentences)) return `no ${sentences}`;
  const data = await readSentences();
  await using peer = await startPeer(data);
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const { name, settings, target } of cases) {
    const { ours, theirs } = await compare(peer, data, settings);
    const ratios = ours.map((value, round) => (theirs[round] as number) / value);
    rows.push([name, spread(ours, 2), spread(theirs, 2), spread(ratios, 2)]);
    if (target)
      figures.push({
        name: `SGD epoch, scikit-learn/batchline, ${name}`,
        value: median(ratios),
        target,
        better: 'higher',
      });
  }
  return {
    method:
      `CPU milliseconds of one epoch, of the thread that fits: ${epochs} epochs on the ${data.block.rows} sentences of sentence_polarity, tf-idf of words and pairs, ` +
      `${data.columns} columns, ${Math.round(data.block.columns.length / data.block.rows)} a row. A fit of batchline and one of scikit-learn in turn, ` +
      `${warmUps} of each to warm up, then ${rounds}. In order, the coefficients of both agree to 1e-12. Median (least–most).`,
    header: ['settings', 'batchline', 'scikit-learn', 'ratio'],
    rows,
    figures,
  };
}

interface Data {
  readonly block: SparseBlock;
  readonly labels: Int32Array;
  readonly columns: number;
}

async function compare(peer: Peer, { block, labels, columns }: Data, settings: Partial<SgdSettings>) {
  const found = { ours: [] as number[], theirs: [] as number[] };
  for (let round = -warmUps; round < rounds; round++) {
    const begin = process.threadCpuUsage();
    const [fit] = fitLinear(block, labels, 2, { ...sgdDefaults, ...settings }, { columns }) as [LinearFit];
    const { user, system } = process.threadCpuUsage(begin);
    // Only once: reading them each time would leave this process garbage to collect while it is measured.
    const isFirst = round === -warmUps;
    const theirs = await peer.fit({ ...settings, coef: isFirst });
    if (isFirst && settings.shuffle === false) assertEqual(fit, theirs);
    if (round < 0) continue;
    found.ours.push((user + system) / 1000 / epochs);
    found.theirs.push(theirs.milliseconds / epochs);
  }
  return found;
}

function assertEqual(ours: LinearFit, theirs: PeerFit): void {
  for (const [column, weight] of ours.coef.entries()) {
    const difference = Math.abs(weight - (theirs.coef?.[column] ?? Number.NaN));
    assert.ok(difference < 1e-12, `coefficient ${column}: ${weight} and ${theirs.coef?.[column]}`);
  }
}

interface PeerFit {
  readonly milliseconds: number;
  readonly coef?: readonly number[];
}

interface Peer extends AsyncDisposable {
  fit(settings: Partial<SgdSettings> & { readonly coef: boolean }): Promise<PeerFit>;
}

async function startPeer({ block, labels }: Data): Promise<Peer> {
  const folder = await cacheDir('sgd');
  for (const [name, array] of Object.entries({ ...block, labels })) {
    if (ArrayBuffer.isView(array)) await writeFile(join(folder, name), array);
  }
  const venv = await cacheDir('flask');
  execFileSync('bench/peers/flask/install.sh', [venv], { stdio: 'inherit' });
  const child = spawn(join(venv, 'bin/python'), ['bench/peers/scikit-learn/sgd.py', folder], {
    env: { OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async fit(settings) {
      child.stdin.write(`${JSON.stringify({ ...settings, random_state: 0 })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('sgd.py has ended');
      return JSON.parse(value) as PeerFit;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
    },
  };
}

async function readSentences(): Promise<Data> {
  const [header = '', ...lines] = (await readFile(sentences, 'utf8')).trimEnd().split('\n');
  const names = header.split('\t');
  const cells = lines.map((line) => line.split('\t'));
  const texts = cells.map((row) => row[names.indexOf('text')] as string);
  const labels = Int32Array.from(cells, (row) => Number(row[names.indexOf('label')]));
  const settings: FeatureSettings = {
    input: { text: [{ path: '$.text' }], features: [] },
    analyzer: { ...defaultAnalyzerSettings, ngram_range: [1, 2] },
    vectorizer: {
      kind: 'vocabulary',
      alternate_sign: false,
      values: 'count',
      tfidf: true,
      smooth_idf: true,
      sublinear_tf: false,
      norm: 'l2',
    },
    numeric: { standardize: false },
  };
  const counter = new TermCounter(settings);
  for (const text of texts) counter.add({ text });
  const counts = counter.finish();
  const all = Uint32Array.from(texts.keys());
  const fitted = fitFeatures(counts, all, settings);
  return { block: transform(counts, all, fitted), labels, columns: fitted.columns };
}
