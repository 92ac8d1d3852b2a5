import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { BatchlineError } from '../../errors.ts';

/** What goes into an archive. */
export interface ModelFile {
  /** Within the archive, with slashes. */
  readonly path: string;
  /** What is read: never a link. */
  readonly realPath: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
  /** An empty one: the others are there by their files. */
  readonly isFolder: boolean;
}

export interface ListLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** SageMaker's volume for a model is of 30 GB; a million files is far beyond any model. */
const sageMakerLimits: ListLimits = { maxBytes: 30e9, maxFiles: 1e6 };

/** What programs leave in folders without being asked, and what no model reads. */
const junk = /^(\.git|\.DS_Store|\._.*|Thumbs\.db|__pycache__|\.batchline-.*\.tmp)$/;

/**
 * The files of a model folder in the order of their paths' UTF-8 bytes. Links are followed, so that the archive has
 * none: what unpacks it need not know them. Left out: `.git`, `.DS_Store`, `._*`, `Thumbs.db`, `__pycache__`.
 * @throws BatchlineError INVALID_MODEL for an empty folder, links that lead out of it or round in it, sockets and other
 *   things that are no files, more than 30 GB or a million files
 */
export async function listModelFiles(
  folder: string,
  signal: AbortSignal,
  limits: ListLimits = sageMakerLimits,
): Promise<ModelFile[]> {
  const root = await realpath(folder);
  const files: ModelFile[] = [];
  let bytes = 0;
  for await (const file of walk({ root, folder: root, path: '', above: [] }, signal)) {
    files.push(file);
    bytes += file.bytes;
    if (files.length > limits.maxFiles)
      throw invalid(folder, `expected at most ${limits.maxFiles} files, received more`);
    if (bytes > limits.maxBytes) {
      const about = `received more by "${file.path}": SageMaker's volume for a model is of 30 GB`;
      throw invalid(folder, `expected at most ${limits.maxBytes} bytes, ${about}`);
    }
  }
  if (!files.some(({ isFolder }) => !isFolder)) throw invalid(folder, 'expected the files of a model, received none');
  const keyed = files.map((file) => ({ file, key: Buffer.from(file.path) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ file }) => file);
}

interface Place {
  readonly root: string;
  /** Without links. */
  readonly folder: string;
  /** Of the folder, within the archive. */
  readonly path: string;
  /** The folders that this one is in, without links. */
  readonly above: readonly string[];
}

async function* walk({ root, folder, path, above }: Place, signal: AbortSignal): AsyncGenerator<ModelFile> {
  signal.throwIfAborted();
  const names = (await readdir(folder)).filter((name) => !junk.test(name));
  for (const name of names) {
    const inner = path === '' ? name : `${path}/${name}`;
    const realPath = await target(join(folder, name), root, inner);
    const found = await stat(realPath);
    if (found.isDirectory()) {
      const parents = [...above, folder];
      if (parents.includes(realPath)) throw invalid(root, `"${inner}" is a link to a folder that it is in`);
      yield* walk({ root, folder: realPath, path: inner, above: parents }, signal);
    } else if (found.isFile()) {
      yield { path: inner, realPath, bytes: found.size, isExecutable: (found.mode & 0o111) !== 0, isFolder: false };
    } else {
      throw invalid(root, `"${inner}": expected a file, a folder or a link, received a device, pipe or socket`);
    }
  }
  if (names.length === 0 && path !== '') {
    yield { path, realPath: folder, bytes: 0, isExecutable: true, isFolder: true };
  }
}

/** Where a path leads to. */
async function target(path: string, root: string, inner: string): Promise<string> {
  const found = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ELOOP' ? 'to itself' : 'to nothing';
    throw new BatchlineError('INVALID_MODEL', `${root}: "${inner}" is a link ${why}`, { cause: error });
  });
  const fromRoot = relative(root, found);
  if (fromRoot !== '..' && !fromRoot.startsWith(`..${sep}`)) return found;
  throw invalid(
    root,
    `"${inner}": expected a link to a path within the folder, received one to "${found}". Copy the folder with: cp -rL`,
  );
}

function invalid(folder: string, message: string): BatchlineError {
  return new BatchlineError('INVALID_MODEL', `${folder}: ${message}`);
}
