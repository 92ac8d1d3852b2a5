import { createHash } from 'node:crypto';
import type { Split } from '../data/splits/split.ts';
import { trainTestSplit } from '../data/splits/train-test-split.ts';
import type { ReadParameters } from '../parameters/read-parameters.ts';
import type { Parameters } from '../parameters/schema.ts';
import { bestOf, type VariantResult } from '../search/variant-result.ts';
import { type Variant, withVariant } from '../search/variants.ts';
import { crossValidate, type OutOfFold } from './cross-validate.ts';
import type { FoldPool } from './fold-pool.ts';
import type { LoadedData } from './load-data.ts';
import { labelsAt } from './run-fold.ts';
import { scoreVariant } from './score-variant.ts';
import { splitForSearch } from './split-data.ts';

export interface SearchOptions {
  readonly read: ReadParameters;
  readonly data: LoadedData;
  /** The rows that variants are compared on. */
  readonly train: Uint32Array;
  readonly pool: FoldPool;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SearchProgress) => void;
}

export interface SearchProgress {
  readonly foldsDone: number;
  readonly folds: number;
}

/** A variant's figures, and what its models said of rows they had not seen. */
export interface ScoredVariant {
  readonly variant: Variant;
  readonly parameters: Parameters;
  readonly result: VariantResult;
  readonly outOfFold: OutOfFold;
}

/** Compares variants, side by side. With halving, the better ones go on to more rows. */
export async function searchVariants(variants: readonly Variant[], options: SearchOptions): Promise<ScoredVariant[]> {
  const { halving } = options.read.parameters.search;
  let left = variants;
  const losers: ScoredVariant[] = [];
  for (const rows of rungs(options, halving, variants.length)) {
    const scored = await scoreAll(left, { ...options, train: rows });
    if (rows.length === options.train.length)
      return [...losers, ...scored].toSorted((a, b) => a.variant.index - b.variant.index);
    const keep = Math.max(1, Math.ceil(left.length / (halving?.factor ?? 1)));
    const ranked = scored.toSorted((a, b) => b.result.score - a.result.score || a.variant.index - b.variant.index);
    losers.push(...ranked.slice(keep));
    left = ranked.slice(0, keep).map(({ variant }) => variant);
  }
  throw new TypeError('the last rung has all rows');
}

export function bestVariant(scored: readonly ScoredVariant[]): ScoredVariant {
  const most = Math.max(...scored.map(({ result }) => result.rows)); // those that halving left behind saw fewer
  const candidates = scored.filter(({ result }) => result.rows === most);
  const best = bestOf(candidates.map(({ result }) => result));
  return candidates.find(({ result }) => result.index === best.index) as ScoredVariant;
}

async function scoreAll(variants: readonly Variant[], options: SearchOptions): Promise<ScoredVariant[]> {
  const { read, data, train, onProgress } = options;
  const folds = splitForSearch(read.parameters, train, data);
  let foldsDone = 0;
  const onFold = () => onProgress({ foldsDone: ++foldsDone, folds: folds.length * variants.length });
  return await Promise.all(variants.map((variant) => scoreOne(variant, folds, { ...options, onFold })));
}

async function scoreOne(
  variant: Variant,
  folds: readonly Split[],
  options: SearchOptions & { readonly onFold: () => void },
): Promise<ScoredVariant> {
  const { read, data, train } = options;
  const parameters = read.check(withVariant(read.members, variant));
  const outOfFold = await crossValidate(parameters, { ...options, folds });
  const { scoring } = parameters.search;
  const { index, values } = variant;
  const scored = scoreVariant(outOfFold, data, scoring);
  const common = { index, values, scoring, fingerprint: fingerprintOf(read.parameters, data), rows: train.length };
  return { variant, parameters, outOfFold, result: { ...common, ...scored, seconds: outOfFold.seconds } };
}

/** Of what must be the same for results to be comparable. */
export function fingerprintOf(
  parameters: Parameters,
  { summary, testSummary }: Pick<LoadedData, 'summary' | 'testSummary'>,
): string {
  const { data: _, card: __, gates: ___, ...learned } = parameters;
  const content = JSON.stringify([learned, summary.sha256, testSummary?.sha256]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** The rows of each round of successive halving (Jamieson and Talwalkar 2016), the last with all. */
function* rungs(
  { train, data, read }: SearchOptions,
  halving: Parameters['search']['halving'],
  variants: number,
): Generator<Uint32Array> {
  if (halving) {
    const { factor, min_rows: least } = halving;
    const rounds = Math.floor(Math.log(variants) / Math.log(factor));
    for (let round = rounds; round > 0; round -= 1) {
      const count = Math.max(least, Math.floor(train.length / factor ** round));
      if (count < train.length) yield sample(train, count, { data, seed: read.parameters.seed });
    }
  }
  yield train;
}

/** So many of the rows, of each class alike. */
function sample(train: Uint32Array, count: number, { data, seed }: { data: LoadedData; seed: number }): Uint32Array {
  const rows = { rows: train.length, labels: labelsAt(data.labels, train), classes: data.classes };
  const { test } = trainTestSplit({ ...rows, test: count, stratified: true, seed });
  return test.map((index) => train[index] as number);
}
