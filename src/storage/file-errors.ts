import { BatchlineError, messageOf } from '../errors.ts';

/** The path of a key. */
export function pathOf(key: string): string {
  return `/${key}`;
}

/** What the user can do, by the system's code. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, or write to another folder',
  EDQUOT: 'the quota is used up: free some space, or write to another folder',
  EROFS: 'the file system is read-only: write to another folder',
  EACCES: 'this user may not: change the permissions, or take another folder',
  EPERM: 'this user may not: change the permissions, or take another folder',
  ENOTDIR: 'a part of the path is a file and not a folder',
  EEXIST: 'a part of the path is a file and not a folder',
  EISDIR: 'there is a folder of that name',
  ENAMETOOLONG: 'a name in it is longer than the file system allows',
  EMFILE: 'too many files are open: raise `ulimit -n`',
};

/** The error of an operation on a file, with its URI and, where there is one, the remedy. One of ours stays as it is. */
export function storageError(operation: string, key: string, error: unknown): BatchlineError {
  if (error instanceof BatchlineError) return error;
  const remedy = remedies[codeOf(error)];
  const message = `cannot ${operation} file:///${key}: ${messageText(error)}${remedy ? ` (${remedy})` : ''}`;
  return new BatchlineError('JOB_FAILED', message, { cause: error });
}

/** What is there, or undefined if nothing of that name is. */
export async function reachable<T>(found: Promise<T>, operation: string, key: string): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw storageError(operation, key, error);
  }
}

export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageText(error: unknown): string {
  return typeof error === 'string' ? error : messageOf(error);
}
