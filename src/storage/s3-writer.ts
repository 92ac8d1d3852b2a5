import type { CreateOptions, ObjectWriter } from './object-store.ts';
import { keptWith } from './s3-kept-with.ts';
import { PartBuffer, partBytes } from './s3-parts.ts';
import type { S3Place } from './s3-place.ts';
import { MultipartUpload } from './s3-upload.ts';

/**
 * An object on S3: one PutObject if it fits into a part, else a multipart upload, of which at most two parts are under
 * way while the third is filled. Not by lib-storage's Upload: that pulls a stream, has one size of parts for all, which
 * ends a long output at 10,000 of them, and returns from abort() before the parts are removed.
 */
export async function createS3Writer(place: S3Place, options: CreateOptions): Promise<ObjectWriter> {
  options.signal.throwIfAborted();
  let upload: MultipartUpload | undefined;
  let part = new PartBuffer(partBytes(1));
  const begin = (): MultipartUpload => {
    upload ??= new MultipartUpload(place, options);
    return upload;
  };
  const forget = async (): Promise<void> => {
    part = new PartBuffer(partBytes(1));
    const abandoned = upload;
    await abandoned?.abort();
    upload = undefined;
  };
  return {
    async append(pieces) {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; ) {
          // Not as soon as it is full: an object of exactly one part needs no multipart upload.
          if (part.isFull) part = await begin().send(part);
          at += part.fill(piece, at);
        }
      }
    },
    restart: forget,
    async commit() {
      if (upload) await upload.complete(part);
      else await put(place, part.bytes, options);
      upload = undefined;
    },
    discard: forget,
  };
}

async function put({ bucket, key, uri, connection }: S3Place, body: Buffer, options: CreateOptions): Promise<void> {
  const { signal } = options;
  await connection.call(
    { operation: 'PutObject', uri },
    ({ sdk, client }) =>
      client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...keptWith(options) }), {
        abortSignal: signal,
      }),
    signal,
  );
}
