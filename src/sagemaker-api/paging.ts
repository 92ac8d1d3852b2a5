import { invalidRequest } from './parse-request.ts';

export interface Paging {
  readonly SortOrder?: 'Ascending' | 'Descending';
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** Of ListTransformJobs, by its documentation. */
const defaultResults = 10;

/**
 * One page of a List operation: sorted, newest first unless asked otherwise. The token holds where the page before
 * ended, not a number of items: what is made or removed in between moves nothing.
 * @param keyOf what to sort by, then the name, which makes it unique
 * @throws BatchlineError INVALID_REQUEST for a token that is not ours
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => readonly [number | string, string],
  { SortOrder: order = 'Descending', MaxResults: limit = defaultResults, NextToken: token }: Paging,
): Page<T> {
  const direction = order === 'Ascending' ? 1 : -1;
  const sorted = items.toSorted((a, b) => direction * compare(keyOf(a), keyOf(b)));
  const after = token === undefined ? undefined : decode(token);
  const start = after === undefined ? 0 : sorted.findIndex((item) => direction * compare(keyOf(item), after) > 0);
  const found = start < 0 ? [] : sorted.slice(start, start + limit);
  const last = found.at(-1);
  if (last === undefined || start + limit >= sorted.length) return { items: found };
  return { items: found, nextToken: Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') };
}

type Key = readonly [number | string, string];

function compare(a: Key, b: Key): number {
  for (const i of [0, 1] as const) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

function decode(token: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(key) && key.length === 2 && typeof key[1] === 'string') return key as [string, string];
  } catch {
    // Not ours, as below.
  }
  throw invalidRequest('Invalid NextToken: give back the token of the page before, unchanged');
}
