import type { z } from 'zod';
import { BatchlineError } from '../errors.ts';

/** Where a member stands in the file that it was read from, such as `line 12`; undefined if it is not in it. */
export type Locate = (path: readonly PropertyKey[]) => string | undefined;

/**
 * Checks a request's members one by one; rules between them are the caller's. Members that are null count as absent.
 * @throws BatchlineError INVALID_REQUEST with the message that the service answers, and with places, if they are known
 */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown, locate: Locate = () => undefined): T {
  const result = schema.safeParse(withoutNulls(value), { reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => {
    const place = locate(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path);
    return place === undefined ? describe(issue) : `${place}: ${describe(issue)}`;
  });
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  throw invalidRequest(`${count} detected: ${errors.join('; ')}`);
}

export function invalidRequest(message: string): BatchlineError {
  return new BatchlineError('INVALID_REQUEST', message);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutNulls(member)]));
}

function describe(issue: z.core.$ZodIssue): string {
  const where = memberPath(issue.path);
  if (issue.code === 'unrecognized_keys') return where === '' ? issue.message : `at '${where}': ${issue.message}`;
  const missing = issue.input === undefined;
  const rule = missing ? 'Member must not be null' : issue.message;
  return `Value ${missing ? 'null' : `'${shown(issue.input)}'`} at '${where}' failed to satisfy constraint: ${rule}`;
}

/** `["Tags", 0, "Key"]` is `tags.1.member.key`. */
function memberPath(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part)))).join('.');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const longestShown = 300;

/** As Java prints it, which the service is written in; cut, because a message is to be read. */
function shown(value: unknown): string {
  const printed = print(value);
  return printed.length > longestShown ? `${printed.slice(0, longestShown)}…` : printed;
}

function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([name, member]) => `${name}=${print(member)}`);
  return `{${entries.join(', ')}}`;
}
