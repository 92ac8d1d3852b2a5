import { s3Code } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

/** Removes an upload and its parts; harmless if it is gone. */
export async function abortUpload(
  { bucket, key, uri, connection }: S3Place,
  id: string,
  abortSignal: AbortSignal,
): Promise<void> {
  await connection.call(
    { operation: 'AbortMultipartUpload', uri },
    ({ sdk, client }) =>
      client
        .send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }), { abortSignal })
        .catch((error) => {
          if (!['NoSuchUpload', 'HTTP 404'].includes(s3Code(error))) throw error;
        }),
    abortSignal,
  );
}

/** Removes the uploads of a key that nobody will complete: a process that was killed leaves them, and S3 charges for them. */
export async function removeUnfinishedUploads(place: S3Place, abortSignal: AbortSignal): Promise<void> {
  const { bucket, key, uri, connection } = place;
  // One page: a listing of exactly this key has as many uploads as there were kills.
  const { Uploads = [] } = await connection.call(
    { operation: 'ListMultipartUploads', uri },
    ({ sdk, client }) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }), { abortSignal }),
    abortSignal,
  );
  for (const { Key, UploadId } of Uploads) {
    if (Key === key && UploadId !== undefined) await abortUpload(place, UploadId, abortSignal);
  }
}
