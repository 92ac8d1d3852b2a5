import { BatchlineError } from '../../errors.ts';

/** What one step of a path takes of a value. */
export type Selector =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  /** Negative places count from the end. `end` is exclusive; without one, to the last element. */
  | { readonly kind: 'slice'; readonly start: number; readonly end: number | undefined }
  | { readonly kind: 'each' };

/** One of: keys; indexes and slices; each element or member. */
export type Step = readonly Selector[];

export interface PathFilter {
  /** The path as it was written. */
  readonly source: string;
  /** None: the path is `$`, which takes everything. */
  readonly steps: readonly Step[];
}

export interface PathOptions {
  /** Whether `[1:4]` takes the elements 1 to 3, or 1 to 4 (assumption slice-end). */
  readonly sliceEnd: 'exclusive' | 'inclusive';
  /** Whether a range may stand beside others, as in `[0,5:]` (assumption multi-range). */
  readonly multiRange: 'refuse' | 'allow';
}

/**
 * Reads a path of SageMaker's subset: `$`, `.name`, `.*`, `[*]`, `['a','b']` (also behind a dot), `[n,m]`, `[start:end]`.
 * Source: developer guide, batch-transform-data-processing, "Supported JSONPath Operators". Which characters may stand
 * in a path is a rule of CreateTransformJob, and not checked here.
 * @throws BatchlineError JOB_FAILED "Invalid JsonPath: …", as the service's data log has it
 */
export function compilePathFilter(source: string, options: PathOptions): PathFilter {
  if (!source.startsWith('$')) throw malformed(source, 0, '$');
  const steps: Step[] = [];
  for (let at = 1; at < source.length; ) {
    stepPattern.lastIndex = at;
    const match = stepPattern.exec(source);
    if (match === null) throw malformed(source, at, ".name, .*, [*], [n,m], [start:end] or ['name','name']");
    const [text, star, name, list = ''] = match;
    if (star !== undefined) steps.push([{ kind: 'each' }]);
    else if (name !== undefined) steps.push([{ kind: 'key', key: name }]);
    else steps.push(selectorsOf(list, { source, at: at + text.length - list.length - 1, options }));
    at += text.length;
  }
  return { source, steps };
}

/** The error for a path that cannot be used, for a reason that is the caller's. */
export function invalidPath(source: string, problem: string): BatchlineError {
  return new BatchlineError('JOB_FAILED', `Invalid JsonPath: ${source}: ${problem}`);
}

const stepPattern = /\.(\*)|\.([^\s.[\]'"*,]+)|\.?\[((?:'[^'\\]*'|[^'[\]])*)\]/y;
/** A member of a list in brackets: `'name'`, `*`, a number or a range. */
const memberPattern = /\s*(?:'([^'\\]+)'|(\*)|(-?\d{1,9})?\s*(:)?\s*(-?\d{1,9})?)\s*/y;

interface Place {
  readonly source: string;
  /** Where the list begins, behind its bracket. */
  readonly at: number;
  readonly options: PathOptions;
}

function selectorsOf(list: string, { source, at, options }: Place): Step {
  const selectors: Selector[] = [];
  for (let next = 0; next <= list.length; ) {
    memberPattern.lastIndex = next;
    const match = memberPattern.exec(list);
    const selector = match === null ? undefined : selectorOf(match, options);
    const end = next + (match?.[0].length ?? 0);
    if (selector === undefined) throw malformed(source, at + next, "a number, a range, * or 'name'");
    if (end < list.length && list[end] !== ',') throw malformed(source, at + end, "',' or ']'");
    if (!goTogether(selectors[0], selector)) throw malformed(source, at + next, 'either names or numbers');
    selectors.push(selector);
    next = end + 1;
  }
  checkList(selectors, list, { source, options });
  return selectors;
}

function selectorOf(match: RegExpExecArray, options: PathOptions): Selector | undefined {
  const [, key, star, first, colon, last] = match;
  if (key !== undefined) return { kind: 'key', key };
  if (star !== undefined) return { kind: 'each' };
  if (colon !== undefined) return { kind: 'slice', start: Number(first ?? 0), end: sliceEnd(last, options) };
  return first === undefined || last !== undefined ? undefined : { kind: 'index', index: Number(first) };
}

function sliceEnd(text: string | undefined, options: PathOptions): number | undefined {
  if (text === undefined) return undefined;
  if (options.sliceEnd === 'exclusive') return Number(text);
  const end = Number(text) + 1;
  return end === 0 ? undefined : end; // to -1, the last one, and with it
}

function goTogether(first: Selector | undefined, next: Selector): boolean {
  if (first === undefined) return true;
  return first.kind !== 'each' && next.kind !== 'each' && (first.kind === 'key') === (next.kind === 'key');
}

function checkList(selectors: Step, list: string, { source, options }: Omit<Place, 'at'>): void {
  if (selectors.length === 1) return;
  const nested = selectors.find((selector) => selector.kind === 'key' && selector.key.includes('.'));
  if (nested) throw invalidPath(source, `children of children within brackets are not supported. Format [${list}]`);
  if (options.multiRange === 'refuse' && selectors.some(({ kind }) => kind === 'slice')) {
    const supported = 'only single range filters of format (eg: [1:5]) are supported';
    throw invalidPath(source, `${supported}. Format [${list}] is not supported`); // the service's words
  }
}

function malformed(source: string, at: number, expected: string): BatchlineError {
  const received = at < source.length ? `"${source.slice(at, at + 12)}"` : 'the end';
  return invalidPath(source, `expected ${expected} at character ${at + 1}, received ${received}`);
}
