import { invalidPath, type PathFilter, type Selector } from './json-path-filter.ts';

/** The columns that a path takes of a row with so many, by their places from 0. @throws RangeError that says why not */
export type Columns = (columns: number) => readonly number[];

/**
 * A path over rows, each taken as an array. Unlike a slice of JSON's arrays, which may be of any length, a range must lie
 * within the row: "If you specify indexes that aren't within the dimension size of the joined dataset, you get an error."
 * @returns undefined for `$`, which takes the row as it is
 */
export function compileColumns({ source, steps }: PathFilter): Columns | undefined {
  const [step, ...more] = steps;
  if (step === undefined) return undefined;
  if (more.length > 0 || step[0]?.kind === 'key') {
    throw invalidPath(source, 'only index based paths, such as $[0] or $[1:], can be applied to text/csv');
  }
  let known = -1;
  let places: readonly number[] = [];
  return (columns) => {
    if (columns === known) return places; // rows mostly have as many columns as the one before
    places = step.flatMap((selector) => placesOf(selector, columns));
    known = columns;
    return places;
  };
}

function placesOf(selector: Selector, columns: number): number[] {
  if (selector.kind === 'index') return [within(selector.index, columns)];
  if (selector.kind !== 'slice') return range(0, columns);
  const start = within(selector.start, columns);
  if (selector.end === undefined) return range(start, columns);
  const end = selector.end < 0 ? selector.end + columns : selector.end;
  if (end > columns) throw new RangeError(`the range ends behind the ${columns} columns of the row`);
  if (end <= start) throw new RangeError(`the range takes none of the ${columns} columns of the row`);
  return range(start, end);
}

function within(index: number, columns: number): number {
  const place = index < 0 ? index + columns : index;
  if (place >= 0 && place < columns) return place;
  throw new RangeError(`index ${index} is not within the ${columns} columns of the row`);
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
