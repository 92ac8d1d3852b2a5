import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BatchlineError, messageOf } from '../../errors.ts';
import { unpackModel } from '../../models/model-archive.ts';
import { removeLeftovers, temporaryName } from '../../storage/leftovers.ts';
import type { TransformRunOptions } from '../transform-run.ts';

/** A folder with a model, as long as it is not released. */
export interface ModelFolder {
  readonly path: string;
  release(): Promise<void>;
}

interface Unpacked {
  readonly folder: Promise<string>;
  users: number;
}

/** Models as folders: those that are, and archives, which are unpacked once for all who use them at the same time. */
export class ModelFolders {
  readonly #openStore: TransformRunOptions['openStore'];
  readonly #unpacked = new Map<string, Unpacked>();

  constructor(openStore: TransformRunOptions['openStore']) {
    this.#openStore = openStore;
  }

  /**
   * @param model a folder or an archive: a path, `file://` or `s3://`
   * @throws BatchlineError INVALID_MODEL if there is none; the signal's reason
   */
  async take(model: string, signal: AbortSignal): Promise<ModelFolder> {
    const local = localPath(model);
    if (local !== undefined && (await isFolder(local, model))) return { path: local, release: async () => undefined };
    const found = this.#unpacked.get(model);
    const unpacked = found ?? { folder: unpack(this.#content(model, signal), model), users: 0 };
    this.#unpacked.set(model, unpacked);
    unpacked.users += 1;
    const release = once(() => this.#release(model, unpacked));
    try {
      return { path: join(await unpacked.folder, 'model'), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #release(model: string, unpacked: Unpacked): Promise<void> {
    unpacked.users -= 1;
    if (unpacked.users > 0) return;
    this.#unpacked.delete(model);
    const folder = await unpacked.folder.catch(() => undefined); // one that failed has removed itself
    if (folder) await rm(folder, { recursive: true, force: true });
  }

  async *#content(model: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    for await (const piece of await this.#open(model, signal)) {
      signal.throwIfAborted();
      yield piece;
    }
  }

  async #open(model: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const local = localPath(model);
    if (local !== undefined) return createReadStream(local);
    const { store, key } = this.#openStore(model);
    const object = await store.head(key, signal);
    if (!object) throw new BatchlineError('INVALID_MODEL', `${model}: there is no such object`);
    return store.read(object, { signal });
  }
}

/** Our own folder, which only we may enter, with the model in a folder that a container's user may read, too. */
async function unpack(content: AsyncIterable<Buffer>, name: string): Promise<string> {
  const folder = join(resolve(tmpdir()), temporaryName());
  await removeLeftovers(folder.slice(1), new Set()); // a process that was killed leaves its models
  await mkdir(folder, { mode: 0o700 });
  try {
    await unpackModel(content, { name, folder: join(folder, 'model') });
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function localPath(model: string): string | undefined {
  if (model.startsWith('file://')) return fileURLToPath(model);
  return model.startsWith('s3://') ? undefined : resolve(model);
}

async function isFolder(path: string, model: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const message = `${model}: expected a model folder or a model.tar.gz (${messageOf(error)})`;
    throw new BatchlineError('INVALID_MODEL', message, { cause: error });
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
