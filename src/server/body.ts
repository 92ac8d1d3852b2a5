import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RequestError } from '../errors.ts';
import { flowingChunks } from './flowing-chunks.ts';

export interface BodyLimits {
  /** Largest body after decompression, in bytes; 0 for any. */
  readonly maxBytes: number;
  /** The longest wait for the next byte. */
  readonly idleTimeoutMs: number;
}

/** Counts what a request brought, for the log. */
export interface ByteCount {
  bytes: number;
}

/**
 * The chunks of a request's body, decompressed, within the limits.
 * @throws RequestError PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, INVALID_BODY or UNSUPPORTED_MEDIA_TYPE
 */
export function requestChunks(request: IncomingMessage, limits: BodyLimits, count: ByteCount): AsyncGenerator<Buffer> {
  refuseTooLong(request, limits.maxBytes);
  return limitedChunks(decompressed(request), limits, count);
}

/** The chunks of any stream within the limits. */
export async function* limitedChunks(stream: Readable, limits: BodyLimits, count: ByteCount): AsyncGenerator<Buffer> {
  const start = count.bytes;
  try {
    for await (const chunk of flowingChunks(stream, limits.idleTimeoutMs)) {
      count.bytes += chunk.length;
      if (limits.maxBytes > 0 && count.bytes - start > limits.maxBytes) throw tooLong(limits.maxBytes, 'more');
      yield chunk;
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? notGzip(error as Error) : error;
  }
}

function refuseTooLong(request: IncomingMessage, maxBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (maxBytes > 0 && length > maxBytes) throw tooLong(maxBytes, `${length}`);
}

function tooLong(maxBytes: number, received: string): RequestError {
  const limit = `at most ${maxBytes} bytes (${maxBytes / 1024 / 1024} MiB: SAGEMAKER_MAX_PAYLOAD_IN_MB; 0 lifts the limit)`;
  return new RequestError('PAYLOAD_TOO_LARGE', `expected a body of ${limit}, received ${received}`);
}

function decompressed(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity') return request;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', `Content-Encoding: expected gzip or none, received "${encoding}"`);
  }
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  request.on('error', (error) => gunzip.destroy(error));
  // zlib says what is wrong ("incorrect header check"); what it cannot know is that the body was meant to be gzip.
  gunzip.on('error', () => request.unpipe(gunzip));
  request.pipe(gunzip);
  return gunzip;
}

function notGzip(cause: Error): RequestError {
  const message = `Content-Encoding: gzip, but the body is not whole gzip data: ${cause.message}`;
  return new RequestError('INVALID_BODY', message, { cause });
}
