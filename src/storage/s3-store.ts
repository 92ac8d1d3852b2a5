import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { bucketRegion } from './s3-bucket.ts';
import type { S3Connection } from './s3-client.ts';
import { composeS3Object } from './s3-compose.ts';
import { s3Code } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';
import { readS3Object } from './s3-read.ts';
import { removeUnfinishedUploads } from './s3-uploads.ts';
import { createS3Writer } from './s3-writer.ts';

/** The objects of one bucket. */
export function createS3Store(bucket: string, connection: S3Connection): ObjectStore {
  const root = `s3://${bucket}/`;
  const place = (key: string) => ({ bucket, key, uri: root + key, connection });
  return {
    root,
    list: (prefix, signal) => listObjects(place(prefix), signal),
    read: (object, options) => readS3Object(place(object.key), object, options),
    create: (key, options) => createS3Writer(place(key), options),
    compose: (key, pieces, options) => composeS3Object(place(key), pieces, options),
    removeUnfinished: (key, signal) => removeUnfinishedUploads(place(key), signal),
    bucketRegion: (signal) => bucketRegion(bucket, connection, signal),
    head: (key, abortSignal) =>
      connection.call(
        { operation: 'HeadObject', uri: root + key },
        async ({ sdk, client }) => {
          const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key });
          const found = await client.send(command, { abortSignal }).catch((error) => {
            if (['HTTP 404', 'NoSuchKey'].includes(s3Code(error))) return undefined;
            throw error;
          });
          if (!found) return undefined;
          const { ContentLength: bytes = 0, ETag, LastModified, Metadata: metadata = {} } = found;
          return { key, bytes, etag: unquoted(ETag), ...modifiedAt(LastModified), metadata };
        },
        abortSignal,
      ),
    async remove(key, abortSignal) {
      await connection.call(
        { operation: 'DeleteObject', uri: root + key },
        ({ sdk, client }) => client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
        abortSignal,
      );
    },
  };
}

async function* listObjects(
  { bucket, key: prefix, uri, connection }: S3Place,
  abortSignal: AbortSignal,
): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await connection.call(
      { operation: 'ListObjectsV2', uri },
      ({ sdk, client }) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            EncodingType: 'url', // XML cannot carry every character that a key may have
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          { abortSignal },
        ),
      abortSignal,
    );
    const decode = page.EncodingType === 'url' ? decodeKey : (key: string) => key;
    for (const { Key = '', Size = 0, ETag, LastModified } of page.Contents ?? []) {
      yield { key: decode(Key), bytes: Size, etag: unquoted(ETag), ...modifiedAt(LastModified) };
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

function modifiedAt(modified: Date | undefined): Pick<StoredObject, 'modified'> {
  return modified === undefined ? {} : { modified };
}

function unquoted(etag: string | undefined): string {
  return etag?.replaceAll('"', '') ?? '';
}
