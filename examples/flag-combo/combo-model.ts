import { TermCounter, type TermCounts } from '../../src/learning/features/count-terms.ts';
import { fitFeatures, termsOf } from '../../src/learning/features/fit-features.ts';
import type { FeatureSettings } from '../../src/learning/features/settings.ts';
import { transform } from '../../src/learning/features/transform.ts';
import { decisions } from '../../src/learning/learner/decisions.ts';
import { fitLinear } from '../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../src/learning/learner/settings.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import type { LabelledOutlet } from './labelled-outlets.ts';

/** Presence of words and pairs; "+" is a word, because "idli + vada" is a combo. */
export const analyzer: AnalyzerSettings = { ...defaultAnalyzerSettings, ngram_range: [1, 2], token_characters: '+' };
export const categoryPrefix = 'cat_';

/** Terms of fewer outlets are left out: little can be learned from them, and they are most of the time of a fit. */
export const minDocuments = 5;
/** Orders of the rows to average over, because one order moves the accuracy by a point. */
export const seeds = [1, 2, 3, 4, 5];
export const sgd = {
  loss: 'hinge',
  penalty: 'l1',
  learning_rate: 'optimal',
  average: false,
  epochs: 100,
} satisfies Partial<SgdSettings> & { epochs: number };

/** Where a record has its texts; categories are marked, because "combos" there says more than in a name. */
export const text = [{ path: '$.menu[*].category', prefix: categoryPrefix }, { path: '$.menu[*].name' }];
const features: FeatureSettings = {
  input: { text, features: [] },
  analyzer,
  vectorizer: {
    kind: 'vocabulary',
    alternate_sign: false,
    values: 'presence',
    tfidf: false,
    smooth_idf: true,
    sublinear_tf: false,
    norm: null,
    min_df: minDocuments,
  },
  numeric: { standardize: false },
};

export interface CountedOutlets {
  readonly counts: TermCounts;
  readonly isCombo: readonly boolean[];
}

export function countOutlets(outlets: readonly LabelledOutlet[]): CountedOutlets {
  const counter = new TermCounter(features);
  for (const { menu } of outlets) counter.add({ menu: menu.map(({ category, name }) => ({ category, name })) });
  return { counts: counter.finish(), isCombo: outlets.map(({ isCombo }) => isCombo) };
}

export interface ComboModel extends LinearFit {
  readonly terms: readonly string[];
  /** The decisions of other rows of the same outlets. */
  readonly decide: (rows: readonly number[]) => Float64Array;
}

/** Fits one model to some of the outlets. */
export function fitCombo(
  { counts, isCombo }: CountedOutlets,
  rows: readonly number[],
  alpha: number,
  orders = seeds.length,
): ComboModel {
  const train = Uint32Array.from(rows);
  const fitted = fitFeatures(counts, train, features);
  const classes = Int32Array.from(rows, (row) => (isCombo[row] ? 1 : 0));
  const { columns } = fitted;
  const [fit] = fitLinear(transform(counts, train, fitted), classes, 2, settings(alpha, orders), { columns }) as [
    LinearFit,
  ];
  return {
    ...fit,
    terms: termsOf(fitted) ?? [],
    decide: (others) => decisions(transform(counts, Uint32Array.from(others), fitted), [fit]),
  };
}

function settings(alpha: number, orders: number): SgdSettings {
  const { epochs, ...rest } = sgd;
  return { ...sgdDefaults, ...rest, alpha, max_iter: epochs, tol: null, seed: 1, seeds: orders };
}
