import { fitVocabulary } from '../../src/learning/fit-vocabulary.ts';
import { decisions } from '../../src/learning/learner/decisions.ts';
import { fitLinear } from '../../src/learning/learner/fit-linear.ts';
import { type LinearFit, type SgdSettings, sgdDefaults } from '../../src/learning/learner/settings.ts';
import type { SparseBlock } from '../../src/learning/sparse-block.ts';
import { createTermLister } from '../../src/models/text/analyzer.ts';
import { type AnalyzerSettings, defaultAnalyzerSettings } from '../../src/models/text/analyzer-settings.ts';
import { tokenPrefix } from '../../src/models/text/token-buffer.ts';
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
} satisfies Partial<SgdSettings> & { epochs: number };

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
export function fitCombo(outlets: readonly LabelledTerms[], alpha: number, orders = seeds.length): ComboModel {
  const documents = outlets.map(({ terms }) => terms);
  const { terms } = fitVocabulary(documents, { min_df: minDocuments });
  const columnOf = new Map(terms.map((term, column) => [term, column]));
  const toRow = (document: readonly string[]) =>
    document.map((term) => columnOf.get(term)).filter((column) => column !== undefined);
  const isCombo = Int32Array.from(outlets, (outlet) => (outlet.isCombo ? 1 : 0));
  const [fit] = fitLinear(packPresence(documents.map(toRow)), isCombo, 2, settings(alpha, orders), {
    columns: terms.length,
  }) as [LinearFit];
  return { ...fit, terms, decide: (document) => decisions(packPresence([toRow(document)]), [fit])[0] as number };
}

function settings(alpha: number, orders: number): SgdSettings {
  const { epochs, ...rest } = sgd;
  return { ...sgdDefaults, ...rest, alpha, max_iter: epochs, tol: null, seed: 1, seeds: orders };
}

/** Rows of ones at these columns, which the learner does not need in ascending order. */
function packPresence(rows: readonly (readonly number[])[]): SparseBlock {
  const starts = new Uint32Array(rows.length + 1);
  for (const [index, row] of rows.entries()) starts[index + 1] = (starts[index] as number) + row.length;
  return { rows: rows.length, starts, columns: Uint32Array.from(rows.flat()), values: undefined };
}
