import { BatchlineError } from '../../../errors.ts';
import { shown } from '../data-error.ts';
import type { Split, SplitRows } from './split.ts';

/** What is split, and what to do if it cannot be: the end of a message. */
export interface SplitName {
  /** "fold 3 of 10" */
  readonly name: string;
  readonly remedy: string;
}

/** @throws BatchlineError INVALID_INPUT where a part is empty, or has one class only */
export function checkSplit(split: Split, { labels, classes }: SplitRows, { name, remedy }: SplitName): Split {
  for (const part of ['train', 'test'] as const) {
    const rows = split[part];
    if (rows.length === 0) throw unusable(`${name}: the ${part} part is empty; ${remedy}`);
    if (!labels) continue;
    const first = labels[rows[0] as number] as number;
    if (rows.some((row) => labels[row] !== first)) continue;
    const count = rows.length === 1 ? 'the only row' : `all ${rows.length} rows`;
    const label = shown(classes?.[first] ?? first);
    throw unusable(
      `${name}: ${count} of the ${part} part ${rows.length === 1 ? 'has' : 'have'} the label ${label}; ${remedy}`,
    );
  }
  return split;
}

/** @throws BatchlineError INVALID_INPUT where an array has not one value for each row */
export function checkLengths({ rows, labels, groups }: SplitRows): void {
  for (const [name, values] of Object.entries({ labels, groups })) {
    if (values === undefined || values.length === rows) continue;
    throw unusable(`expected one value of ${name} for each of ${rows} rows, received ${values.length}`);
  }
}

export function unusable(message: string): BatchlineError {
  return new BatchlineError('INVALID_INPUT', message);
}
