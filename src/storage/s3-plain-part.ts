import { createHash } from 'node:crypto';
import type { UploadPartCommand } from '@aws-sdk/client-s3';

type Sdk = typeof import('@aws-sdk/client-s3');

interface Part {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
  readonly Body: Buffer;
}

/**
 * A part of an upload that was begun without a checksum: S3 refuses the one that the SDK adds by itself, so an MD5 takes
 * its place.
 */
export function plainPart(sdk: Sdk, input: Part): UploadPartCommand {
  const ContentMD5 = createHash('md5').update(input.Body).digest('base64');
  const command = new sdk.UploadPartCommand({ ...input, ContentMD5 });
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      for (const name of ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm']) delete headers[name];
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return command;
}
