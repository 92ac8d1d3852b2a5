import { fitVocabulary } from '../../src/learning/fit-vocabulary.ts';
import { decide, fitSgd, type LinearFit, type SgdOptions } from '../../src/learning/sgd.ts';
import { createTermLister } from '../../src/models/text/analyzer.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import { tokenPrefix } from '../../src/models/text/token-buffer.ts';
import type { SparseRow } from '../../src/models/text/vectorizer.ts';
import type { MenuItem } from './labelled-outlets.ts';

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
} satisfies Omit<SgdOptions, 'alpha' | 'seed'>;

/** The set of terms of a menu. */
export function createMenuTerms(): (menu: readonly MenuItem[]) => string[] {
  const list = createTermLister(analyzer);
  const ofCategory = tokenPrefix(categoryPrefix);
  const ofName = tokenPrefix('');
  return (menu) => [
    ...new Set(menu.flatMap(({ category, name }) => [...list(category, ofCategory), ...list(name, ofName)])),
  ];
}

export interface ComboModel extends LinearFit {
  readonly terms: readonly string[];
  readonly decide: (terms: readonly string[]) => number;
}

export interface LabelledTerms {
  readonly terms: readonly string[];
  readonly isCombo: boolean;
}

/** Fits one model to outlets given as their terms. */
export function fitCombo(outlets: readonly LabelledTerms[], alpha: number, orders = seeds): ComboModel {
  const documents = outlets.map(({ terms }) => terms);
  const isCombo = outlets.map((outlet) => outlet.isCombo);
  const { terms } = fitVocabulary(documents, { min_df: minDocuments });
  const columnOf = new Map(terms.map((term, column) => [term, column]));
  const toRow = (document: readonly string[]): SparseRow => ({
    columns: document.map((term) => columnOf.get(term)).filter((column) => column !== undefined),
    values: undefined,
  });
  const rows = documents.map(toRow);
  const fits = orders.map((seed) => fitSgd(rows, isCombo, terms.length, { ...sgd, alpha, seed }));
  const mean = meanOf(fits);
  return { ...mean, terms, decide: (document) => decide(toRow(document), mean) };
}

/** The decisions of several linear models, averaged, are those of their averaged weights. */
function meanOf(fits: readonly LinearFit[]): LinearFit {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / fits.length;
  const columns = fits[0]?.coef.length ?? 0;
  return {
    coef: Float64Array.from({ length: columns }, (_, column) => mean(fits.map(({ coef }) => coef[column] as number))),
    intercept: mean(fits.map(({ intercept }) => intercept)),
  };
}
