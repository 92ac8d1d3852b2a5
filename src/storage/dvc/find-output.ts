import { posix } from 'node:path';
import { dvcError } from './dvc-error.ts';
import type { DvcProject } from './find-project.ts';
import { placeOf } from './project-files.ts';
import { type ListedOutput, readMetafile } from './read-metafile.ts';
import type { RecordedOutput } from './recorded-output.ts';

export interface FoundOutput {
  readonly output: RecordedOutput;
  /** What is wanted of it, relative to it; '' for all of it. */
  readonly inner: string;
}

/**
 * The output at a project's path, or the folder that it is in, by whichever metafile lists it. `path.dvc` and the lock
 * files of the folders above are looked at first: a project may have thousands of others.
 * @throws BatchlineError INVALID_INPUT if none does, or several do and say different things
 */
export async function findOutput(project: DvcProject): Promise<FoundOutput> {
  const { files, path, uri } = project;
  const candidates = selfAndAbove(path);
  const near = candidates.flatMap((at) => [`${at}.dvc`, posix.join(posix.dirname(at), 'dvc.lock')]);
  const first = await listed(project, near);
  for (const at of candidates) {
    const found = chosen(uri, at, first);
    if (found) return { output: found, inner: path.slice(at.length + 1) };
  }
  const all = await files.metafiles();
  const others = await listed(
    project,
    all.filter((file) => !near.includes(file)),
  );
  for (const at of candidates) {
    const found = chosen(uri, at, others);
    if (found) return { output: found, inner: path.slice(at.length + 1) };
  }
  const remedy = path.endsWith('.dvc')
    ? 'give the path of the output, without .dvc'
    : 'run `dvc add` or `dvc repro`, and commit what it writes';
  throw dvcError(
    `${uri}: expected a .dvc file or a dvc.lock that lists "${path}" in ${placeOf(files, files.root)}, received ${all.length} that do not: ${remedy}`,
  );
}

/** `a/b/c`, `a/b`, `a`. */
function selfAndAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

async function listed({ files }: DvcProject, paths: readonly string[]): Promise<ListedOutput[]> {
  const texts = await files.read([...new Set(paths)]);
  const outputs: ListedOutput[] = [];
  for (const [path, text] of texts) outputs.push(...(await readMetafile(files, path, text)));
  return outputs;
}

function chosen(uri: string, path: string, outputs: readonly ListedOutput[]): RecordedOutput | undefined {
  const there = outputs.filter((output) => output.isAt(path));
  const current = there.filter(({ isCurrent }) => isCurrent);
  const [first, ...others] = (current.length > 0 ? current : there).map((output) => output.recorded(path));
  const other = others.find(({ md5 }) => md5 !== first?.md5);
  if (!first || !other) return first;
  throw dvcError(
    `${uri}: expected one output at "${path}", received two that differ: ${first.place} (md5 ${first.md5}) and ${other.place} (md5 ${other.md5})`,
  );
}
