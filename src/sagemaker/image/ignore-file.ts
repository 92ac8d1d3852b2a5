import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore, { type Ignore } from '@balena/dockerignore';
import { BatchlineError, messageOf } from '../../errors.ts';

/** What of a build context is sent to the builder. */
export interface IgnoreRules {
  /** The file that says so; undefined where there is none. */
  readonly file: string | undefined;
  /** @param path relative to the context, with slashes */
  admits(path: string): boolean;
  /** Whether a folder that is not admitted may hold something that is. */
  mayAdmitWithin(folder: string): boolean;
}

/** `<Dockerfile>.dockerignore` if there is one, as BuildKit has it, else the context's `.dockerignore`. */
export async function readIgnoreRules(context: string, dockerfile: string): Promise<IgnoreRules> {
  for (const file of [join(context, `${dockerfile}.dockerignore`), join(context, '.dockerignore')]) {
    const text = await readIfThere(file);
    if (text !== undefined) return ignoreRules(text, file);
  }
  return ignoreRules('', undefined);
}

export function ignoreRules(text: string, file?: string): IgnoreRules {
  // Its default is to ignore case, which docker does not.
  const ignore: Ignore = dockerignore.default({ ignorecase: false }).add(text);
  const prefixes = text.split(/\r?\n/).flatMap(exceptionPrefix);
  return {
    file,
    admits: (path) => !ignore.ignores(path),
    mayAdmitWithin: (folder) =>
      prefixes.some((prefix) => `${prefix}/`.startsWith(`${folder}/`) || `${folder}/`.startsWith(prefix)),
  };
}

/** Of `!a/b/*.ts`: a/b, below which alone it can admit something; empty where that may be anywhere. */
function exceptionPrefix(line: string): string[] {
  const pattern = /^\s*!\s*\/?(.*?)\/?\s*$/.exec(line)?.[1];
  if (pattern === undefined) return [];
  const segments = pattern.split('/').filter((segment) => segment !== '.' && segment !== '');
  const wild = segments.findIndex((segment) => /[*?[\\]|^\.\.$/.test(segment));
  return [(wild < 0 ? segments : segments.slice(0, wild)).join('/')];
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BatchlineError('INVALID_INPUT', `${file}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
