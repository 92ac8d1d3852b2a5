import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { dvcError } from './dvc-error.ts';
import { openCommit } from './git-files.ts';
import { parseDvcUri } from './parse-dvc-uri.ts';
import type { ProjectFiles } from './project-files.ts';
import { openWorkingTree } from './working-files.ts';

export interface DvcProject {
  readonly uri: string;
  readonly files: ProjectFiles;
  /** What was asked for, relative to the project's root, with slashes. */
  readonly path: string;
}

/**
 * The project that a URI's path is in: the nearest folder above it that has a `.dvc`, so that projects may lie in
 * others; of a revision, where the working tree has none, the repository's root.
 * @throws BatchlineError INVALID_INPUT
 */
export async function findProject(uri: string, cwd: string, signal: AbortSignal): Promise<DvcProject> {
  const { path, rev } = parseDvcUri(uri);
  const wanted = resolve(cwd, path);
  const root = (await above(wanted, '.dvc')) ?? (rev === undefined ? undefined : await above(wanted, '.git'));
  if (root === undefined) {
    const remedy = rev === undefined ? 'run `dvc init`, or correct the path' : 'correct the path';
    throw dvcError(`${uri}: expected a project of DVC's around ${wanted}, received folders without .dvc (${remedy})`);
  }
  const files = rev === undefined ? openWorkingTree(root, signal) : await openCommit(root, rev, signal);
  return { uri, files, path: relative(root, wanted).split(sep).join('/') };
}

/** The nearest folder above a path, which need not exist, that has an entry of this name. */
async function above(path: string, name: string): Promise<string | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    // A `model.dvc` is no project; a `.git` of a worktree is a file.
    if (found?.isDirectory() || (found && name === '.git')) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
