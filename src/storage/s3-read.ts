import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { BatchlineError } from '../errors.ts';
import { freeOwned } from '../free-owned.ts';
import type { ReadOptions, StoredObject } from './object-store.ts';
import { s3Error } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';
import { type Checksum, wholeChecksum } from './whole-checksum.ts';

/** As much as a file is read in: whoever takes the chunks has a cost for each. */
const chunkBytes = 1024 * 1024;

/**
 * A range of an object. A body that breaks off, stalls or ends too early is taken up where it ended, of the same
 * version only. A whole object is checked against S3's checksum, over all its parts, where S3 gives one.
 */
export async function* readS3Object(
  place: S3Place,
  object: StoredObject,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  const { signal, start = 0, end = object.bytes } = options;
  const { uri, connection } = place;
  const isWhole = start === 0 && end === object.bytes;
  let checksum: Checksum | undefined;
  let at = start;
  for (let failures = 0; at < end; ) {
    const reply = await openBody(place, object, { signal, start: at, end });
    if (isWhole && at === 0) checksum = wholeChecksum(reply);
    try {
      for await (const chunk of coalesced(reply.Body as Readable, end - at)) {
        if (at + chunk.length > end) throw tooLong(uri, end);
        failures = 0;
        at += chunk.length;
        checksum?.update(chunk);
        yield chunk;
      }
      if (at < end) throw new Error(`the body ended at byte ${at} instead of ${end}`);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      const failure = s3Error(error, { operation: 'GetObject', uri });
      const isLast = error instanceof BatchlineError || !(await connection.pause(failures, signal));
      if (isLast) throw failure;
    }
  }
  if (checksum && !checksum.matches()) throw corrupt(uri, checksum);
}

async function openBody(
  { bucket, key, uri, connection }: S3Place,
  object: StoredObject,
  { signal, start, end }: { signal: AbortSignal; start: number; end: number },
): Promise<GetObjectCommandOutput> {
  const isRange = start > 0 || end < object.bytes;
  const reply = await connection.call(
    { operation: 'GetObject', uri },
    ({ sdk, client }) => {
      const command = new sdk.GetObjectCommand({
        Bucket: bucket,
        Key: key,
        // A version never changes.
        ...(object.versionId === undefined ? { IfMatch: `"${object.etag}"` } : { VersionId: object.versionId }),
        ...(isRange ? { Range: `bytes=${start}-${end - 1}` } : {}),
      });
      command.middlewareStack.add(
        (next) => (args) => {
          // Not by ChecksumMode: with it, the SDK wraps the body in a check of its own.
          (args.request as { headers: Record<string, string> }).headers['x-amz-checksum-mode'] = 'ENABLED';
          return next(args);
        },
        { step: 'build' },
      );
      return client.send(command, { abortSignal: signal });
    },
    signal,
  );
  const { ContentLength: received } = reply;
  if (received === undefined || received === end - start) return reply;
  (reply.Body as Readable).destroy();
  throw new BatchlineError(
    'JOB_FAILED',
    `${uri}: GetObject of bytes ${start} to ${end} was answered with ${received} bytes instead of ${end - start}`,
  );
}

/**
 * Chunks of 1 MiB of what comes in pieces of up to 64 KiB, copied into one buffer: 0.2 ms a megabyte, half of what
 * Buffer.concat takes. What was there when the body broke is not lost.
 */
async function* coalesced(body: Readable, expected: number): AsyncGenerator<Buffer> {
  let left = expected;
  let used = 0;
  const room = (): Buffer => Buffer.allocUnsafeSlow(left > 0 ? Math.min(left, chunkBytes) : chunkBytes);
  let chunk = room();
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      for (let from = 0; from < piece.length; ) {
        const copied = piece.copy(chunk, used, from);
        from += copied;
        used += copied;
        if (used < chunk.length) continue;
        left -= used;
        yield chunk;
        chunk = room();
        used = 0;
      }
      freeOwned(piece);
    }
  } catch (error) {
    if (used > 0) yield chunk.subarray(0, used);
    throw error;
  }
  if (used > 0) yield chunk.subarray(0, used);
}

function tooLong(uri: string, end: number): BatchlineError {
  return new BatchlineError(
    'JOB_FAILED',
    `${uri}: GetObject answered with more bytes than the ${end} that were asked for`,
  );
}

function corrupt(uri: string, { algorithm, expected }: Checksum): BatchlineError {
  return new BatchlineError(
    'JOB_FAILED',
    `${uri}: what was read does not have the ${algorithm} that S3 keeps for the object, ${expected}: it was damaged on its way, or where it is stored`,
    { retryable: true },
  );
}
