import { BatchlineError } from '../../errors.ts';
import { type FigureName, figureNames } from './figures.ts';

export interface GateName {
  readonly kind: 'figure' | 'slice' | 'drop';
  readonly side: 'min' | 'max';
  readonly metric: FigureName;
}

/** Longer ones first: min_slice_f1 is no figure "slice_f1". */
const prefixes: readonly [prefix: string, kind: GateName['kind'], side: GateName['side']][] = [
  ['min_slice_', 'slice', 'min'],
  ['max_slice_', 'slice', 'max'],
  ['max_drop.', 'drop', 'max'],
  ['min_', 'figure', 'min'],
  ['max_', 'figure', 'max'],
];

/** What people call figures elsewhere. */
const otherNames: Readonly<Record<string, FigureName>> = {
  auc: 'roc_auc',
  pr_auc: 'average_precision',
  ap: 'average_precision',
  mcc: 'matthews_corrcoef',
  kappa: 'cohen_kappa',
  ece: 'calibration_error',
  brier_score: 'brier',
  loss: 'log_loss',
  f1_score: 'f1',
  macro_f1: 'f1_macro',
  weighted_f1: 'f1_weighted',
};

/** Throws INVALID_SETTING for a name that is no gate, with the nearest that is one. */
export function parseGateName(name: string): GateName {
  const [prefix, kind, side] = prefixes.find(([start]) => name.startsWith(start)) ?? [];
  if (prefix === undefined || kind === undefined || side === undefined) throw unknown(name, nearest(name, allNames));
  const metric = name.slice(prefix.length);
  if ((figureNames as readonly string[]).includes(metric)) return { kind, side, metric: metric as FigureName };
  const meant = Object.hasOwn(otherNames, metric) ? otherNames[metric] : nearest(metric, figureNames);
  throw unknown(name, meant ? `${prefix}${meant}` : nearest(name, allNames));
}

const allNames = ['max_drop', ...prefixes.flatMap(([prefix]) => figureNames.map((figure) => `${prefix}${figure}`))];

function unknown(name: string, meant: string | undefined): BatchlineError {
  const remedy = meant
    ? `did you mean "${meant}"?`
    : `expected max_drop, or min_, max_, min_slice_ or max_slice_ before one of ${figureNames.join(', ')}.`;
  return new BatchlineError('INVALID_SETTING', `Evaluation: unknown gate "${name}"; ${remedy}`);
}

/** The name with the fewest changed letters, if these are at most a third. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names.map((other) => ({ other, distance: editDistance(name, other) }));
  const best = ranked.reduce((best, next) => (next.distance < best.distance ? next : best));
  return best.distance <= Math.max(1, name.length / 3) ? best.other : undefined;
}

/** Levenshtein's: letters to put in, take out or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const changed = (row[column - 1] as number) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
