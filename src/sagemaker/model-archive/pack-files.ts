import type { Header as TarHeader, Pax as TarPax } from 'tar';
import { BatchlineError, messageOf } from '../../errors.ts';
import { readLocalFile } from '../../storage/read-local-file.ts';
import type { ModelFile } from './list-model-files.ts';

const blockBytes = 512;

/**
 * A tar of these files in their order, the same bytes whenever, wherever and by whomever they were written: owners and
 * times are zero, modes 0644 or, of what can be executed, 0755. Only headers are tar's: its own packer makes links of
 * files that are hard links, which a cache of DVC's may make of any two of the same content.
 * @throws BatchlineError INVALID_MODEL also when a file changes its length while it is read; the signal's reason
 */
export async function* packFiles(files: readonly ModelFile[], signal: AbortSignal): AsyncGenerator<Buffer> {
  const { Header, Pax } = await import('tar'); // 20 ms that only archives cost
  for (const file of files) {
    signal.throwIfAborted();
    yield headerOf(file, { Header, Pax });
    yield* contentOf(file, signal);
    const rest = file.bytes % blockBytes;
    if (rest > 0) yield Buffer.alloc(blockBytes - rest);
  }
  yield Buffer.alloc(2 * blockBytes);
}

interface Tar {
  readonly Header: typeof TarHeader;
  readonly Pax: typeof TarPax;
}

function headerOf(file: ModelFile, { Header, Pax }: Tar): Buffer {
  const path = file.isFolder ? `${file.path}/` : file.path;
  const header = new Header({
    path,
    mode: file.isExecutable ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: file.bytes,
    mtime: new Date(0),
    type: file.isFolder ? 'Directory' : 'File',
    uname: '',
    gname: '',
  });
  const needsMore = header.encode(); // long paths, others than ASCII's, 8 GB
  const more = needsMore ? new Pax({ path, size: file.bytes }).encode() : Buffer.alloc(0);
  return Buffer.concat([more, header.block as Buffer]);
}

async function* contentOf({ path, realPath, bytes, isFolder }: ModelFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (isFolder || bytes === 0) return;
  let read = 0;
  try {
    // One byte more than is expected, to see a file that has grown.
    for await (const chunk of readLocalFile(realPath, signal, { end: bytes })) {
      read += chunk.length;
      if (read > bytes) break;
      yield chunk;
    }
    if (read !== bytes)
      throw new Error(`it changed while it was read: expected ${bytes} bytes, received ${size(read)}`);
  } catch (error) {
    signal.throwIfAborted();
    const message = `"${path}" of the model cannot be packed: ${messageOf(error)}`;
    throw new BatchlineError('INVALID_MODEL', message, { cause: error });
  }
  function size(received: number): string {
    return received > bytes ? 'more' : String(received);
  }
}
