import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { messageOf } from '../../errors.ts';
import { isAbsent } from '../file-errors.ts';
import { dvcError } from './dvc-error.ts';
import { isMetafile, type ProjectFiles } from './project-files.ts';

/** Where no metafiles are, and many files may be. */
const passedOver = new Set(['.git', '.dvc', 'node_modules', '__pycache__', '.venv', 'venv']);

/** The files of the working tree. */
export function openWorkingTree(root: string, signal: AbortSignal): ProjectFiles {
  return {
    root,
    commit: undefined,
    async metafiles() {
      const found: string[] = [];
      for await (const path of filesBelow(root, '', signal)) if (isMetafile(path)) found.push(path);
      return found;
    },
    async read(paths) {
      const found = new Map<string, string>();
      for (const path of paths) {
        signal.throwIfAborted();
        const text = await readFile(join(root, path), 'utf8').catch((error: unknown) => {
          if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
          throw dvcError(`${join(root, path)} cannot be read: ${messageOf(error)}`, error);
        });
        if (text !== undefined) found.set(path, text);
      }
      return found;
    },
  };
}

/** Links are not followed: they may lead round. */
async function* filesBelow(root: string, folder: string, signal: AbortSignal): AsyncGenerator<string> {
  signal.throwIfAborted();
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (folder !== '') return []; // of somebody else's, or gone meanwhile
    throw dvcError(`${root} cannot be read: ${messageOf(error)}`, error);
  });
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !passedOver.has(entry.name)) yield* filesBelow(root, path, signal);
  }
}
