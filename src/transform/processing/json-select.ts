import { compareBytes, keyText } from './json-keys.ts';
import type { PathFilter, Selector, Step } from './json-path-filter.ts';
import type { JsonSpans, Span } from './json-spans.ts';

/** A record without the value that a path leads to; the message says where the path leaves the record. */
export class NotThereError extends Error {
  override readonly name = 'NotThereError';
}

export interface SelectOptions {
  readonly spans: JsonSpans;
  readonly path: PathFilter;
  /** Whether the keys of an object that the path makes are sorted, or in the order of the path. */
  readonly sortKeys: boolean;
  /** Whether predictions are looked for, among which there may be error objects. */
  readonly keepErrors: boolean;
}

/**
 * What a path takes of a value, as JSON text with a character for each byte. As in Jayway's JsonPath, which the developer
 * guide refers to: a path to one value gives the value; one through `*`, several indexes or a range gives an array of
 * what is there; several names at the end give an object with those members that are there.
 *
 * Where the path leaves an error object, as batchline's server writes one in place of a prediction, the error object is
 * what is taken: a filter must not make errors vanish.
 * @throws NotThereError where there is nothing to take
 */
export function select(value: Span, options: SelectOptions): string {
  const selection = new Selection(options);
  selection.follow(value, 0, false);
  if (selection.error !== undefined) return selection.error;
  return isDefinite(options.path.steps) ? (selection.found[0] as string) : `[${selection.found.join(',')}]`;
}

/** Whether the path leads to one value at most. */
function isDefinite(steps: readonly Step[]): boolean {
  return steps.every(
    (step, at) => isSingle(step) || (at === steps.length - 1 && step.every(({ kind }) => kind === 'key')),
  );
}

function isSingle([first, second]: Step): boolean {
  return second === undefined && (first?.kind === 'key' || first?.kind === 'index');
}

class Selection {
  readonly found: string[] = [];
  /** The error object that took the place of all that the path might have led to. */
  error: string | undefined;
  readonly #options: SelectOptions;

  constructor(options: SelectOptions) {
    this.#options = options;
  }

  /** @param among whether the value is one of several, each of which may lack what the path leads to */
  follow(value: Span, taken: number, among: boolean): void {
    const { spans, path } = this.#options;
    const step = path.steps[taken];
    if (step === undefined) {
      this.found.push(spans.compact(value));
      return;
    }
    if (step.length > 1 && taken === path.steps.length - 1 && step[0]?.kind === 'key') {
      this.#merge(value, step, among);
      return;
    }
    const values = valuesAt(value, step, spans);
    if (values.includes(undefined)) {
      const some = step[0]?.kind === 'key' && values.some((each) => each !== undefined);
      if (this.#takeError(value, among)) return;
      if (!among && !some) throw notThere(value, step, spans);
    }
    for (const each of values) if (each !== undefined) this.follow(each, taken + 1, among || !isSingle(step));
  }

  /** Several names at the end of a path. */
  #merge(value: Span, step: Step, among: boolean): void {
    const { spans, sortKeys } = this.#options;
    const members = spans.typeOf(value) === 'object' ? spans.members(value) : new Map<string, Span>();
    const keys = [...new Set(step.flatMap((selector) => (selector.kind === 'key' ? [selector.key] : [])))];
    const there = keys.filter((key) => members.has(key));
    if (there.length < keys.length) {
      if (this.#takeError(value, among)) return;
      if (!among && there.length === 0) throw notThere(value, step, spans);
    }
    if (sortKeys) there.sort(compareBytes);
    const texts = there.map((key) => `${keyText(key)}:${spans.compact(members.get(key) as Span)}`);
    this.found.push(`{${texts.join(',')}}`);
  }

  /** Takes the value itself where it is an error object. */
  #takeError(value: Span, among: boolean): boolean {
    const { spans, keepErrors } = this.#options;
    if (!keepErrors || !isErrorObject(value, spans)) return false;
    const text = spans.compact(value);
    if (among) this.found.push(text);
    else this.error = text;
    return true;
  }
}

/** What a step leads to; undefined for what it names and is not there. */
function valuesAt(value: Span, step: Step, spans: JsonSpans): (Span | undefined)[] {
  const type = spans.typeOf(value);
  const [first] = step;
  if (first?.kind === 'each' && type === 'object') return [...spans.members(value).values()];
  if (first?.kind === 'key') {
    return step.map((selector) =>
      selector.kind === 'key' && type === 'object' ? spans.member(value, selector.key) : undefined,
    );
  }
  if (type !== 'array') return [undefined];
  const elements = spans.elements(value);
  return step.flatMap((selector) => elementsAt(elements, selector));
}

/** A range of an array takes what is there: unlike a row's columns, elements may be of any number. */
function elementsAt(elements: Span[], selector: Selector): (Span | undefined)[] {
  if (selector.kind === 'index') return [elements.at(selector.index)];
  return selector.kind === 'slice' ? elements.slice(selector.start, selector.end) : elements;
}

/** `{"id":…,"error":{"code":"…","message":"…",…}}`: batchline's error line, see design.md. */
export function isErrorObject(value: Span, spans: JsonSpans): boolean {
  if (spans.typeOf(value) !== 'object') return false;
  const members = spans.members(value);
  const error = members.get('error');
  if (error === undefined || spans.typeOf(error) !== 'object') return false;
  if ([...members.keys()].some((key) => key !== 'error' && key !== 'id')) return false;
  const { code, message } = spans.parse(error) as { code?: unknown; message?: unknown };
  return typeof code === 'string' && typeof message === 'string';
}

function notThere(value: Span, step: Step, spans: JsonSpans): NotThereError {
  const [first] = step;
  const type = spans.typeOf(value);
  const received = type === 'scalar' ? 'neither an array nor an object' : `an ${type}`;
  if (first?.kind === 'key') {
    const names = step.map((selector) => (selector.kind === 'key' ? JSON.stringify(selector.key) : '')).join(' or ');
    return new NotThereError(
      `expected an object with ${names}, received ${type === 'object' ? 'one without' : received}`,
    );
  }
  if (first?.kind === 'each') return new NotThereError(`expected an array or an object, received ${received}`);
  if (type !== 'array') return new NotThereError(`expected an array, received ${received}`);
  const elements = spans.elements(value);
  const index = step.find((selector) => selector.kind === 'index' && elements.at(selector.index) === undefined);
  const place = index?.kind === 'index' ? index.index : 0;
  return new NotThereError(`index ${place} is not within the ${elements.length} elements of the array`);
}
