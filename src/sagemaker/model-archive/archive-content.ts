import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, createGzip } from 'node:zlib';
import { BatchlineError } from '../../errors.ts';
import { readLocalFile } from '../../storage/read-local-file.ts';
import { listModelFiles } from './list-model-files.ts';
import { packFiles } from './pack-files.ts';

/** What an archive is made of, before it is compressed: a tar that is being made, or a file as it was given. */
export interface ArchiveContent {
  /** Of what is hashed; of a tar a little more is read. */
  readonly bytes: number;
  /** What `hash` is of. */
  read(signal: AbortSignal): AsyncIterable<Buffer>;
  /** What is uploaded. */
  compress(content: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** How long what is uploaded is; undefined where only compressing it tells. */
  readonly uploadBytes: number | undefined;
}

export interface Digest {
  /** SHA-256, in hex. */
  readonly hash: string;
  readonly crc32: number;
  readonly bytes: number;
}

export async function folderContent(folder: string, signal: AbortSignal): Promise<ArchiveContent> {
  const files = await listModelFiles(folder, signal);
  return {
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    read: (ending) => packFiles(files, ending),
    compress: gzipped,
    uploadBytes: undefined,
  };
}

/** @throws BatchlineError INVALID_MODEL for what is not compressed by gzip */
export async function fileContent(path: string): Promise<ArchiveContent> {
  const { size } = await stat(path);
  const handle = await open(path);
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close());
  if (buffer.toString('hex') !== '1f8b') {
    throw new BatchlineError(
      'INVALID_MODEL',
      `${path}: expected a tar compressed by gzip, the only archive that SageMaker unpacks; received other bytes. Compress it with: gzip ${basename(path)}`,
    );
  }
  return {
    bytes: size,
    read: (signal) => readLocalFile(path, signal),
    compress: (content) => content,
    uploadBytes: size,
  };
}

/** Passes content on, and has its digest in the end. */
export function digesting(content: AsyncIterable<Buffer>): AsyncIterable<Buffer> & { digest(): Digest } {
  const hash = createHash('sha256');
  let crc = 0;
  let bytes = 0;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const piece of content) {
        hash.update(piece);
        crc = crc32(piece, crc);
        bytes += piece.length;
        yield piece;
      }
    },
    digest: () => ({ hash: hash.digest('hex'), crc32: crc, bytes }),
  };
}

/** By a pipe, so that an error of either end reaches the other. */
async function* gzipped(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(content, { objectMode: false });
  yield* source.compose(createGzip()) as AsyncIterable<Buffer>;
}
