import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BatchlineError, messageOf } from '../../errors.ts';

/** @throws BatchlineError INVALID_INPUT where the file is not gzip all through; and what the source throws */
export async function* gunzip(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 256 * 1024 });
  const fed = pipeline(Readable.from(chunks, { objectMode: false }), unzip);
  fed.catch(() => undefined); // the loop below throws the same
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) yield chunk;
    await fed;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    const message = `${name}: expected a whole gzip file, because of its name: ${messageOf(error)}`;
    throw new BatchlineError('INVALID_INPUT', message, { cause: error });
  } finally {
    unzip.destroy();
  }
}
