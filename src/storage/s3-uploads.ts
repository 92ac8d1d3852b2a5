import { setTimeout as sleep } from 'node:timers/promises';
import { s3Code } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

/** Removes an upload and its parts, until it is gone: a part that arrives at the same time may bring it back. */
export async function removeUpload(place: S3Place, id: string, abortSignal: AbortSignal): Promise<void> {
  const { bucket, key, uri, connection } = place;
  const input = { Bucket: bucket, Key: key, UploadId: id };
  const removed = { removed: true };
  const ifAny =
    (codes: readonly string[]) =>
    (error: unknown): typeof removed => {
      if (codes.includes(s3Code(error))) return removed;
      throw error;
    };
  const gone = ['NoSuchUpload', 'HTTP 404'];
  for (;;) {
    await connection.call(
      { operation: 'AbortMultipartUpload', uri },
      ({ sdk, client }) => client.send(new sdk.AbortMultipartUploadCommand(input), { abortSignal }).catch(ifAny(gone)),
      abortSignal,
    );
    const found = await connection.call(
      { operation: 'ListParts', uri },
      // Whoever may write need not be allowed to look.
      ({ sdk, client }) =>
        client.send(new sdk.ListPartsCommand(input), { abortSignal }).catch(ifAny([...gone, 'AccessDenied'])),
      abortSignal,
    );
    if (found === removed) return;
    await sleep(50, undefined, { signal: abortSignal });
  }
}

/**
 * Removes the uploads of a key, or of all keys below one that ends in a slash, that nobody will complete: a process that
 * was killed leaves them, and S3 charges for them.
 */
export async function removeUnfinishedUploads(place: S3Place, abortSignal: AbortSignal): Promise<void> {
  const { bucket, key, uri, connection } = place;
  // One page: there are as many uploads as there were kills, and of a key no more than the parts that were under way.
  const { Uploads = [] } = await connection.call(
    { operation: 'ListMultipartUploads', uri },
    ({ sdk, client }) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }), { abortSignal }),
    abortSignal,
  );
  for (const { Key, UploadId } of Uploads) {
    if (Key === undefined || UploadId === undefined) continue;
    if (Key === key || key.endsWith('/')) await removeUpload({ ...place, key: Key }, UploadId, abortSignal);
  }
}
