import type { S3Connection } from './s3-client.ts';

/** Where an object is, and how to get there. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
  readonly connection: S3Connection;
}
