import { z } from 'zod';
import { BatchlineError } from '../errors.ts';
import type { FileDocument } from './read-document.ts';
import { unknownMembers } from './unknown-members.ts';

/** An object of just these members; an unknown one is an error that says which was probably meant. */
export function strict<T extends z.ZodRawShape>(members: T) {
  const names = Object.keys(members);
  return z.strictObject(members, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownMembers(issue.keys, names) : undefined),
  });
}

/**
 * Checks what a file and `--set` say.
 * @throws BatchlineError INVALID_SETTING with everything that is wrong, each with file, line, key, expected and received
 */
export function checkDocument<T>(schema: z.ZodType<T>, value: unknown, { locate }: Pick<FileDocument, 'locate'>): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const received = issue.code === 'unrecognized_keys' ? '' : `, received ${shown(issue.input)}`;
    const key = issue.path.map(String).join('.');
    return `${locate([...issue.path, ...keys.slice(0, 1)])}: ${key === '' ? '' : `${key}: `}${issue.message}${received}`;
  });
  throw new BatchlineError('INVALID_SETTING', wrong.join('\n'));
}

function shown(input: unknown): string {
  if (input === undefined) return 'nothing';
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
