import { messageOf } from '../../errors.ts';
import { dvcError } from './dvc-error.ts';
import { git } from './git.ts';
import { isMetafile, type ProjectFiles } from './project-files.ts';

/**
 * A commit's files.
 * @param root of the project, in git's working tree or its root
 * @throws BatchlineError INVALID_INPUT for a revision that does not exist
 */
export async function openCommit(root: string, rev: string, signal: AbortSignal): Promise<ProjectFiles> {
  const at = { folder: root, signal };
  const found = await git(['rev-parse', '--verify', `${rev}^{commit}`], at).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!/single revision|unknown revision/.test(messageOf(error))) throw error;
    throw dvcError(
      `${root}: expected a revision that git knows, received "${rev}"; \`git fetch --tags\` gets those of the remote (a path with an @ needs a revision after it: dvc://path@HEAD)`,
      error,
    );
  });
  const commit = found.toString().trim();
  const blobs = await blobsBelow(commit, at);
  return {
    root,
    commit,
    metafiles: async () => [...blobs.keys()].filter(isMetafile),
    async read(paths) {
      const there = paths.filter((path) => blobs.has(path));
      const input = there.map((path) => `${blobs.get(path)}\n`).join('');
      const output = there.length === 0 ? Buffer.alloc(0) : await git(['cat-file', '--batch'], { ...at, input });
      return new Map(texts(output).map((text, index) => [there[index] as string, text]));
    },
  };
}

/** By path, relative to the folder that git runs in. Names are asked for once; contents, where they are needed. */
async function blobsBelow(
  commit: string,
  at: { folder: string; signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const tree = await git(['ls-tree', '-r', '-z', commit], at);
  const entries = tree
    .toString()
    .split('\0')
    .map((line) => /^(?:100644|100755) blob ([0-9a-f]+)\t(.+)$/s.exec(line))
    .filter((match) => match !== null);
  return new Map(entries.map(([, blob = '', path = '']) => [path, blob]));
}

/** Of the answers of `cat-file --batch`: `<name> blob <bytes>`, a newline, the bytes, a newline. */
function texts(output: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < output.length; ) {
    const from = output.indexOf('\n', at) + 1;
    const bytes = Number(output.toString('latin1', at, from).split(' ')[2]);
    found.push(output.toString('utf8', from, from + bytes));
    at = from + bytes + 1;
  }
  return found;
}
