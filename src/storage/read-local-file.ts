import { createReadStream } from 'node:fs';

/**
 * The bytes of a file in pieces of 1 MiB. The signal is looked at between them and not given to the stream: one that is
 * given a signal which has been aborted throws twice, once where nobody can catch it.
 * @param options.end the last byte to read, inclusive; by default the file's
 */
export async function* readLocalFile(
  path: string,
  signal: AbortSignal,
  options: { readonly end?: number } = {},
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  for await (const piece of createReadStream(path, {
    ...options,
    highWaterMark: 1024 * 1024,
  }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    yield piece;
  }
}
