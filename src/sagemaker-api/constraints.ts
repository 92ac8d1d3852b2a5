import { z } from 'zod';
import { unknownMembers } from '../documents/unknown-members.ts';

/** What a member whose name the API does not have is: left out, as JSON 1.1 services do, or an error. */
export type Unknown = 'ignore' | 'refuse';

export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  /** As AWS writes it; the whole text must match. */
  readonly pattern?: string;
}

/** Builders of a request's schema, by the words of AWS's API models. Each check has the text that the service answers. */
export function text({ min = 0, max, pattern }: TextRules = {}) {
  let schema = z.string('Member must be a string');
  if (max !== undefined) schema = schema.max(max, atMost(max));
  if (min > 0) schema = schema.min(min, atLeast(min));
  if (pattern !== undefined) schema = schema.regex(wholeText(pattern), matching(pattern));
  return schema;
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `Member must satisfy enum value set: [${values.join(', ')}]`);
}

export function integer({ min, max }: { min?: number; max?: number }) {
  let schema = z.int('Member must be an integer');
  if (max !== undefined) schema = schema.max(max, `Member must have value less than or equal to ${max}`);
  if (min !== undefined) schema = schema.min(min, `Member must have value greater than or equal to ${min}`);
  return schema;
}

export function flag() {
  return z.boolean('Member must be a boolean');
}

/** Epoch seconds; fractions are allowed. */
export function time() {
  return z.number('Member must be a number of seconds since 1970');
}

export function list<T extends z.ZodType>(item: T, { min = 0, max }: { min?: number; max: number }) {
  const schema = z.array(item, 'Member must be a list').max(max, atMost(max));
  return min > 0 ? schema.min(min, atLeast(min)) : schema;
}

/** The service reports keys and values once each, however many of them are wrong. */
export function map({ key, value, max }: { key: TextRules; value: TextRules; max: number }) {
  const [keys, values] = [text(key), text(value)];
  return z.record(z.string(), z.unknown(), 'Member must be a map').transform((entries, context) => {
    const fail = (message: string) => context.addIssue({ code: 'custom', message, input: entries });
    if (Object.keys(entries).length > max) fail(atMost(max));
    if (!Object.keys(entries).every((name) => keys.safeParse(name).success)) {
      fail(`Map keys must satisfy constraint: [${describeRules(key)}]`);
    }
    if (!Object.values(entries).every((entry) => values.safeParse(entry).success)) {
      fail(`Map value must satisfy constraint: [${describeRules(value)}]`);
    }
    return entries as Record<string, string>;
  });
}

export function structure<T extends z.ZodRawShape>(members: T, unknown: Unknown) {
  const names = Object.keys(members);
  const error: StructureErrors = (issue) =>
    issue.code === 'unrecognized_keys' ? unknownMembers(issue.keys, names) : 'Member must be a structure';
  // One type for both: what they accept differs, what they give does not.
  return unknown === 'refuse'
    ? z.strictObject(members, { error })
    : (z.object(members, { error }) as never as Strict<T>);
}

type StructureErrors = z.core.$ZodErrorMap<z.core.$ZodIssueInvalidType | z.core.$ZodIssueUnrecognizedKeys>;
type Strict<T extends z.ZodRawShape> = ReturnType<typeof z.strictObject<T>>;

export const optional = z.exactOptional;

function describeRules({ min = 0, max, pattern }: TextRules): string {
  const rules = max === undefined ? [] : [atMost(max), atLeast(min)];
  return [...rules, ...(pattern === undefined ? [] : [matching(pattern)])].join(', ');
}

function atMost(length: number): string {
  return `Member must have length less than or equal to ${length}`;
}

function atLeast(length: number): string {
  return `Member must have length greater than or equal to ${length}`;
}

function matching(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function wholeText(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
