import type { S3Connection } from './s3-client.ts';
import { s3Code, s3Error } from './s3-errors.ts';

/**
 * The region of a bucket that these credentials may list; undefined where the server does not say, as others than AWS.
 * @throws BatchlineError if there is no such bucket or it may not be listed
 */
export async function bucketRegion(
  bucket: string,
  connection: S3Connection,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const about = { operation: 'HeadBucket', uri: `s3://${bucket}/` };
  return await connection.call(
    about,
    async ({ sdk, client }) => {
      const command = new sdk.HeadBucketCommand({ Bucket: bucket });
      const found = await client.send(command, { abortSignal }).catch((error) => {
        // HEAD is answered without a body, and so without a code.
        throw s3Code(error) === 'HTTP 404' ? s3Error({ name: 'NoSuchBucket', message: '' }, about) : error;
      });
      return found.BucketRegion;
    },
    abortSignal,
  );
}
