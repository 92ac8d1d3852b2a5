import { BatchlineError, RecordError } from '../errors.ts';
import type { JsonValue } from './json-value.ts';

/** One step of a path: into an object by key, into an array by index, or into each element of an array. */
type Step =
  | { readonly kind: 'key'; readonly key: string; readonly inherited: boolean }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'each' };

/** A path of SageMaker's JSONPath subset: `$.a.b`, `[n]`, `[*]`, `['a']`; a bare word is a top-level key. */
export interface JsonPath {
  /** The path as it was written. */
  readonly source: string;
  readonly steps: readonly Step[];
  /** Whether it has a `[*]`, and so may lead to any number of values. */
  readonly plural: boolean;
  /** The path's one value: `undefined` where the record has no such value, and always for a plural path. */
  read(record: JsonValue): JsonValue | undefined;
}

/** Reads a path once, so that records are walked without parsing. @throws BatchlineError INVALID_MODEL if malformed. */
export function compilePath(source: string): JsonPath {
  const steps = source.startsWith('$') ? parseSteps(source) : [bareWord(source)];
  return { source, steps, plural: steps.some((step) => step.kind === 'each'), read: valueReader(steps) };
}

/** The same for a path that must lead to one value, such as a record's id. */
export function compileSinglePath(source: string): JsonPath {
  const path = compilePath(source);
  if (path.plural) throw malformed(source, source.indexOf('[*]'), 'a path to one value, not to each of many');
  return path;
}

/** Why the value that `read` gave cannot be used: names the step where the record leaves the path. */
export function pathError(path: JsonPath, record: JsonValue, expected: string): RecordError {
  let value: JsonValue | undefined = record;
  for (const [taken, step] of path.steps.entries()) {
    const container = step.kind === 'key' ? 'an object' : 'an array';
    if (typeOf(value) !== container) return wrongValue(locate(path, taken, []), value, container);
    value = descend(value, step);
    if (value === undefined)
      return wrongValue(locate(path, taken + 1, []), value, expectedAt(path, taken + 1, expected));
  }
  return wrongValue(locate(path, path.steps.length, []), value, expected);
}

export interface LeafOptions {
  /** What a leaf should be, for messages: 'a string'. */
  readonly expected: string;
  /** Whether a record may lack the value altogether. */
  readonly optional?: boolean;
  /** Called with each leaf in order; answers whether it has the expected type. */
  readonly take: (leaf: JsonValue) => boolean;
}

/**
 * A function that visits every value of a path. Within `[*]` an element without the leaf (or with null) contributes
 * nothing, but a non-empty array none of whose elements has it is an error: the wrong data, or the wrong model.
 */
export function leafVisitor(path: JsonPath, options: LeafOptions): (record: JsonValue) => void {
  const walk = new Walk(path, options);
  return (record) => walk.run(record);
}

/** The name of a value's type, with its article, as messages use it. */
export function typeOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** "$.menu[3].name is a number: expected a string" */
export function wrongValue(where: string, value: JsonValue | undefined, expected: string): RecordError {
  const code = value === undefined || value === null ? 'MISSING_FIELD' : 'WRONG_TYPE';
  return new RecordError(code, `${where} is ${typeOf(value)}: expected ${expected}`);
}

/** The state of one visit; kept between records because a walk per record would allocate. */
class Walk {
  readonly #path: JsonPath;
  readonly #options: LeafOptions;
  /** The element under way at each `[*]`, outermost first: where we are, should something be wrong. */
  readonly #indices: number[] = [];
  /** Leaves taken and inner arrays found empty: either shows that the records do have the field. */
  #found = 0;
  #lacking = 0;

  constructor(path: JsonPath, options: LeafOptions) {
    this.#path = path;
    this.#options = options;
  }

  run(record: JsonValue): void {
    this.#found = 0;
    this.#lacking = 0;
    this.#follow(record, 0, 0);
    if (this.#found > 0 || this.#lacking === 0 || this.#options.optional === true) return;
    const elements = this.#lacking === 1 ? 'the only element lacks it' : `all ${this.#lacking} elements lack it`;
    throw new RecordError('MISSING_FIELD', `${this.#path.source}: ${elements}: expected ${this.#options.expected}`);
  }

  #follow(from: JsonValue, firstStep: number, depth: number): void {
    const { steps } = this.#path;
    let value: JsonValue | undefined = from;
    for (let taken = firstStep; taken < steps.length; taken++) {
      if (value === undefined || value === null) {
        this.#lack(value, taken, depth);
        return;
      }
      const step = steps[taken] as Step;
      if (step.kind === 'each') {
        this.#each(value, taken, depth);
        return;
      }
      const next = descend(value, step);
      if (next === undefined) this.#checkContainer(value, taken, depth);
      value = next;
    }
    this.#leaf(value, depth);
  }

  #each(value: JsonValue, taken: number, depth: number): void {
    if (!Array.isArray(value)) throw wrongValue(this.#locate(taken, depth), value, 'an array');
    if (value.length === 0) this.#found++;
    const next = this.#path.steps[taken + 1];
    const isLast = next?.kind === 'key' && !next.inherited && taken + 2 === this.#path.steps.length;
    const { take } = this.#options;
    for (let index = 0; index < value.length; index++) {
      const element = value[index] as JsonValue;
      this.#indices[depth] = index;
      // What nearly all paths end with, [*].name, without a call for each step: a third of the time of a walk.
      if (isLast && typeof element === 'object' && element !== null && !Array.isArray(element)) {
        const leaf = element[next.key];
        if (typeof leaf === 'string' && take(leaf)) this.#found++;
        else this.#leaf(leaf, depth + 1);
      } else {
        this.#follow(element, taken + 1, depth + 1);
      }
    }
  }

  #leaf(value: JsonValue | undefined, depth: number): void {
    const taken = this.#path.steps.length;
    if (value === undefined || value === null) this.#lack(value, taken, depth);
    else if (!this.#options.take(value)) throw wrongValue(this.#locate(taken, depth), value, this.#options.expected);
    else this.#found++;
  }

  #lack(value: undefined | null, taken: number, depth: number): void {
    if (depth > 0) this.#lacking++;
    else if (this.#options.optional !== true) {
      throw wrongValue(this.#locate(taken, depth), value, expectedAt(this.#path, taken, this.#options.expected));
    }
  }

  #checkContainer(value: JsonValue, taken: number, depth: number): void {
    const container = this.#path.steps[taken]?.kind === 'key' ? 'an object' : 'an array';
    if (typeOf(value) !== container) throw wrongValue(this.#locate(taken, depth), value, container);
  }

  #locate(taken: number, depth: number): string {
    return locate(this.#path, taken, this.#indices.slice(0, depth));
  }
}

function valueReader(steps: readonly Step[]): (record: JsonValue) => JsonValue | undefined {
  const [first, second] = steps;
  if (first?.kind === 'key' && second === undefined) return (record) => property(record, first);
  return (record) => {
    let value: JsonValue | undefined = record;
    for (const step of steps) {
      value = descend(value, step);
      if (value === undefined) return undefined;
    }
    return value;
  };
}

function descend(value: JsonValue | undefined, step: Step): JsonValue | undefined {
  if (step.kind === 'key') return property(value, step);
  return step.kind === 'index' && Array.isArray(value) ? value[step.index] : undefined;
}

/** An own property only: a record's `constructor` or `__proto__` is what its JSON text says, or absent. */
function property(value: JsonValue | undefined, step: { key: string; inherited: boolean }): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (step.inherited && !Object.hasOwn(value, step.key)) return undefined;
  return value[step.key];
}

/** What a value should be after `taken` steps: a container for the next step, or at the end the leaf. */
function expectedAt(path: JsonPath, taken: number, leaf: string): string {
  const next = path.steps[taken];
  if (next === undefined) return leaf;
  return next.kind === 'key' ? 'an object' : 'an array';
}

/** The path of the value after `taken` steps, with the elements under way in place of `[*]`. */
function locate(path: JsonPath, taken: number, indices: readonly number[]): string {
  let text = '$';
  let depth = 0;
  for (const step of path.steps.slice(0, taken)) {
    if (step.kind === 'each') text += `[${indices[depth++] ?? '*'}]`;
    else if (step.kind === 'index') text += `[${step.index}]`;
    else text += plainName.test(step.key) ? `.${step.key}` : `['${step.key.replace(/[\\']/g, '\\$&')}']`;
  }
  return text;
}

const plainName = /^[^\s.[\]'"*]+$/;
/** A step at the position: `.name`, `[12]`, `[*]`, `['name']` or `["name"]`, quotes escaped by a backslash. */
const stepPattern = /\.([^\s.[\]'"*]+)|\[(\d{1,9})\]|\[(\*)\]|\['((?:[^'\\]|\\.)+)'\]|\["((?:[^"\\]|\\.)+)"\]/y;

function parseSteps(source: string): Step[] {
  const steps: Step[] = [];
  let position = 1;
  while (position < source.length) {
    stepPattern.lastIndex = position;
    const match = stepPattern.exec(source);
    if (match === null) throw malformed(source, position, ".name, [n], [*] or ['name']");
    const [text, name, index, star, single, double] = match;
    if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (star !== undefined) steps.push({ kind: 'each' });
    else steps.push(keyStep(name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')));
    position += text.length;
  }
  return steps;
}

function bareWord(source: string): Step {
  const position = source.search(/[[\]]|^\.|^$/);
  if (position >= 0) throw malformed(source, position, 'a bare key, or a path that begins with $');
  return keyStep(source);
}

function keyStep(key: string): Step {
  // A lookup of an own property costs more than a plain one: paid only for names that every object inherits.
  return { kind: 'key', key, inherited: key in Object.prototype };
}

function malformed(source: string, position: number, expected: string): BatchlineError {
  const received = position < source.length ? `"${source.slice(position, position + 12)}"` : 'the end';
  return new BatchlineError(
    'INVALID_MODEL',
    `the path "${source}" is malformed at position ${position}: expected ${expected}, received ${received}`,
  );
}
