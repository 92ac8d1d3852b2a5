import type { PathFilter } from './json-path-filter.ts';

/** A DataProcessing that has been read. */
export interface Filters {
  readonly input: PathFilter;
  readonly join: boolean;
  readonly output: PathFilter;
}
