import type { CreateOptions } from './object-store.ts';

/** What is kept beside an object's bytes, and how they are kept. */
export function keptWith({ metadata, kmsKeyId }: CreateOptions) {
  return {
    Metadata: { ...metadata },
    ...(kmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId }),
  };
}
