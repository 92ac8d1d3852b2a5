import { BatchlineError } from '../../errors.ts';
import { compareCodePoints } from '../code-point-order.ts';
import { dataError, type Place, placeText, shown } from './data-error.ts';
import type { LabelValue } from './data-settings.ts';
import { meant } from './near-names.ts';

/** More are not classes: the setting names an id, a text or a measurement. */
const mostClasses = 1000;

/** The classes and how many rows each has; labels compare as texts, so that `1` of JSON is the `1` of a CSV. */
export interface ClassCounts {
  /** The index of a label's class; of a class that is found first, of those so far. */
  readonly add: (label: string, at: Place) => number;
  /** @throws BatchlineError INVALID_INPUT where there is nothing to tell apart */
  readonly finish: () => { readonly classes: readonly string[]; readonly counts: readonly number[] };
}

/** Counts the declared classes, in their order; without any, those that occur, sorted. */
export function countClasses(labels: readonly LabelValue[] | undefined, setting: string): ClassCounts {
  const found = new Map<string, { readonly index: number; readonly first: Place; count: number }>();
  const indexOf = labels && declaredClasses(labels);
  return {
    add(label, at) {
      const known = found.get(label);
      if (known) {
        known.count += 1;
        return known.index;
      }
      if (found.size === mostClasses && !indexOf) throw tooMany(setting, at);
      const index = indexOf ? indexOf(label, at) : found.size;
      // A copy: the place may be a whole record.
      found.set(label, { index, first: { file: at.file, line: at.line }, count: 1 });
      return index;
    },
    finish() {
      if (!labels) refuseLookalikes(found);
      const classes = labels?.map(String) ?? sortClasses([...found.keys()]);
      const counts = classes.map((name) => found.get(name)?.count ?? 0);
      refuseTooFew(classes, counts, setting);
      return { classes, counts };
    },
  };
}

/** The index of a label among the classes. @throws BatchlineError that names the place of one that is not */
export function declaredClasses(labels: readonly LabelValue[]): (label: string, at: Place) => number {
  const names = labels.map(String);
  const indices = new Map(names.map((name, index) => [name, index]));
  if (indices.size < names.length) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    throw new BatchlineError('INVALID_INPUT', `data.labels has ${shown(twice)} twice; labels compare as texts`);
  }
  return (label, at) => {
    const index = indices.get(label);
    if (index !== undefined) return index;
    const problem = `the label ${shown(label)} is not among data.labels`;
    throw dataError(at, `${problem}; ${meant(label, names, 'expected one of')}`);
  };
}

/** Numbers by size, anything else by code points: false, true; 0, 1; neg, pos. */
function sortClasses(names: string[]): string[] {
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return names.sort(numeric ? (a, b) => Number(a) - Number(b) || compareCodePoints(a, b) : compareCodePoints);
}

/** Two classes that differ only in case or white space, or as 1 and 1.0 do, are one that was written in two ways. */
function refuseLookalikes(found: ReadonlyMap<string, { readonly first: Place }>): void {
  const seen = new Map<string, { name: string; first: Place }>();
  for (const [name, { first }] of found) {
    const text = name.trim().toLowerCase();
    const key = text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
    const other = seen.get(key);
    seen.set(key, { name, first });
    if (!other) continue;
    const problem = `the label ${shown(name)} looks like ${shown(other.name)} (${placeText(other.first)})`;
    throw dataError(first, `${problem}; write one of them everywhere, or name both in data.labels`);
  }
}

function refuseTooFew(classes: readonly string[], counts: readonly number[], setting: string): void {
  const present = classes.filter((_, index) => (counts[index] as number) > 0);
  if (present.length > 1) return;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const problem =
    rows === 0
      ? 'the data has no rows: expected at least two, of different classes'
      : `all ${rows} rows have the label ${shown(present[0])}: expected at least two classes; is data.${setting} right?`;
  throw new BatchlineError('INVALID_INPUT', problem);
}

function tooMany(setting: string, at: Place): BatchlineError {
  const problem = `more than ${mostClasses} different labels so far: expected classes`;
  return dataError(at, `${problem}; data.${setting} seems to name an id, a text or a measurement`);
}
