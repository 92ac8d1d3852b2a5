import { BatchlineError } from '../errors.ts';
import type { CreateOptions, ObjectRange } from './object-store.ts';
import { composedParts } from './s3-composed-parts.ts';
import { PartBuffer } from './s3-parts.ts';
import type { S3Place } from './s3-place.ts';
import { readS3Object } from './s3-read.ts';
import { type CopiedPart, MultipartUpload } from './s3-upload.ts';
import { createS3Writer } from './s3-writer.ts';

/**
 * An object of ranges of others, by a multipart upload whose parts S3 copies by itself. Only what is too small for a part
 * of its own is read here and sent again, a part at a time.
 */
export async function composeS3Object(
  place: S3Place,
  pieces: readonly ObjectRange[],
  options: CreateOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const parts = composedParts(pieces);
  if (!parts.some(({ isCopied }) => isCopied)) return await writeThrough(place, pieces, options);
  const upload = new MultipartUpload(place, options, true);
  try {
    for (const { isCopied, ranges } of parts) {
      if (isCopied) for (const range of ranges) await upload.copy(sourceOf(place, range));
      else await upload.send(await partOf(ranges, { place, options }));
    }
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** Where S3 would copy nothing: an object that may fit into one request. */
async function writeThrough(place: S3Place, pieces: readonly ObjectRange[], options: CreateOptions): Promise<void> {
  const writer = await createS3Writer(place, options);
  try {
    for await (const chunk of bytesOf(pieces, { place, options })) await writer.append([chunk]);
    await writer.commit();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

interface Making {
  readonly place: S3Place;
  readonly options: CreateOptions;
}

async function partOf(ranges: readonly ObjectRange[], making: Making): Promise<PartBuffer> {
  const part = new PartBuffer(ranges.reduce((sum, { start, end }) => sum + end - start, 0));
  for await (const chunk of bytesOf(ranges, making)) part.fill(chunk, 0);
  return part;
}

async function* bytesOf(ranges: readonly ObjectRange[], { place, options }: Making): AsyncGenerator<Buffer> {
  for (const range of ranges) {
    const { object, start, end } = range;
    const { bucket, key } = sourceOf(place, range);
    const from = { ...place, bucket, key, uri: `s3://${bucket}/${key}` };
    if (start < end) yield* readS3Object(from, object, { signal: options.signal, start, end });
  }
}

function sourceOf({ bucket, uri }: S3Place, { object, store, start, end }: ObjectRange): CopiedPart {
  const { key, etag } = object;
  if (store === undefined) return { bucket, key, etag, start, end };
  const [, other] = /^s3:\/\/([^/]+)\/$/.exec(store.root) ?? [];
  if (other !== undefined) return { bucket: other, key, etag, start, end };
  throw new BatchlineError(
    'INVALID_INPUT',
    `${uri}: expected to be made of objects on S3, received ${store.root}${key}`,
  );
}
