import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { InputObject, TransformJob } from '../job.ts';

/** The bytes of an object as they are split: decompressed, if the job says that it is compressed. */
export function readInput(
  { store, object, name }: InputObject,
  { gzip }: Pick<TransformJob, 'gzip'>,
  { signal, start = 0, end }: { signal: AbortSignal; start?: number; end?: number },
): AsyncGenerator<Buffer> {
  const bytes = store.read(object, { signal, start, ...(end === undefined ? {} : { end }) });
  return gzip ? gunzip(bytes, name) : bytes;
}

async function* gunzip(bytes: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const plain = createGunzip({ chunkSize: 256 * 1024 });
  pipeline(Readable.from(bytes), plain, () => undefined); // an error is thrown by the loop below
  try {
    yield* plain as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof BatchlineError) throw error;
    const message = `CompressionType Gzip: ${name} is not a whole gzip file (${messageOf(error)})`;
    throw new BatchlineError('JOB_FAILED', message, { cause: error });
  }
}
