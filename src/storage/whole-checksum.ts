import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

/** The checksum of a whole object, over its bytes as they come. */
export interface Checksum {
  readonly algorithm: string;
  /** As S3 writes it, in base64. */
  readonly expected: string;
  update(bytes: Buffer): void;
  matches(): boolean;
}

type Reply = Pick<GetObjectCommandOutput, 'ChecksumCRC32' | 'ChecksumSHA1' | 'ChecksumSHA256'>;

/**
 * The check of what S3 says of an object; undefined if it says nothing, or only of its parts. CRC-32 and SHA are native
 * in Node; CRC-32C and CRC-64/NVME are not, and would cost more than the reading.
 */
export function wholeChecksum({ ChecksumCRC32, ChecksumSHA1, ChecksumSHA256 }: Reply): Checksum | undefined {
  if (isWhole(ChecksumCRC32)) return crcChecksum(ChecksumCRC32);
  if (isWhole(ChecksumSHA256)) return hashChecksum('sha256', ChecksumSHA256);
  if (isWhole(ChecksumSHA1)) return hashChecksum('sha1', ChecksumSHA1);
  return undefined;
}

/** Those of parts end in `-` and their number, which base64 never does. */
function isWhole(checksum: string | undefined): checksum is string {
  return checksum !== undefined && !checksum.includes('-');
}

function crcChecksum(expected: string): Checksum {
  let value = 0;
  return {
    algorithm: 'CRC-32',
    expected,
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    matches: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest.toString('base64') === expected;
    },
  };
}

function hashChecksum(name: 'sha1' | 'sha256', expected: string): Checksum {
  const hash = createHash(name);
  return {
    algorithm: name === 'sha1' ? 'SHA-1' : 'SHA-256',
    expected,
    update: (bytes) => {
      hash.update(bytes);
    },
    matches: () => hash.digest('base64') === expected,
  };
}
