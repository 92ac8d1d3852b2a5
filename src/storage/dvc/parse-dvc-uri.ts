import { dvcError } from './dvc-error.ts';

export interface DvcUri {
  /** Of the output, or of something in it; relative to the working directory, or absolute. */
  readonly path: string;
  /** As git writes revisions; undefined: the working tree. */
  readonly rev: string | undefined;
}

/**
 * Takes `dvc://path@rev` apart. The last `@` begins the revision: a path with one needs a revision, `HEAD` for example,
 * and of git's revisions those with an `@` in them (`HEAD@{1}`) cannot be named.
 * @throws BatchlineError INVALID_INPUT
 */
export function parseDvcUri(uri: string): DvcUri {
  const [, rest] = /^dvc:\/\/(.*)$/s.exec(uri) ?? [];
  if (rest === undefined) throw dvcError(`expected dvc://path or dvc://path@rev, received ${JSON.stringify(uri)}`);
  const at = rest.lastIndexOf('@');
  const path = at < 0 ? rest : rest.slice(0, at);
  const rev = at < 0 ? undefined : rest.slice(at + 1);
  if (path === '' || path.includes('\0')) {
    throw dvcError(`${uri}: expected the path of an output of DVC's after dvc://, received ${JSON.stringify(path)}`);
  }
  // The first would be an option of git's, and the colon would name a file instead of a commit.
  if (rev !== undefined && !/^[^-:\s\0][^:\s\0]*$/.test(rev)) {
    throw dvcError(
      `${uri}: expected a revision of git's after the last @ (a tag, a branch, a commit), received ${JSON.stringify(rev)}`,
    );
  }
  return { path, rev };
}
