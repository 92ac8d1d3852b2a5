import type { ByteReader } from './byte-reader.ts';
import { crc32c } from './crc32c.ts';
import { brokenFile, type FramingOptions, framedRecords, hex } from './framed-records.ts';
import { type MiniBatch, TooLargeError } from './mini-batch.ts';
import { pack } from './pack.ts';

/** SplitType TFRecord, MultiRecord: as many records as fit, with their lengths and checksums. */
export function manyTfRecords(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<MiniBatch> {
  return pack(
    framedRecords(chunks, (reader) => readRecord(reader, { maxBytes, framing: 'keep' })),
    maxBytes,
  );
}

/** SplitType TFRecord, SingleRecord: the data of each record alone. */
export function singleTfRecords(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<MiniBatch> {
  return framedRecords(chunks, (reader) => readRecord(reader, { maxBytes, framing: 'remove' }));
}

const headerBytes = 12;
const footerBytes = 4;

/**
 * TensorFlow's format: u64 length, u32 masked CRC-32C of the length, the data, u32 masked CRC-32C of the data, all
 * little-endian. Both checksums are verified: a broken file must not become predictions.
 */
async function readRecord(reader: ByteReader, { maxBytes, framing }: FramingOptions): Promise<MiniBatch | undefined> {
  const { offset } = reader;
  const header = await reader.take(headerBytes);
  if (header.length === 0) return undefined;
  if (header.length < headerBytes) {
    throw brokenFile(
      'TFRecord',
      offset,
      `expected ${headerBytes} bytes, a length and its checksum, ${endAfter(header)}`,
    );
  }
  checkSum(header.subarray(0, 8), header.readUInt32LE(8), { offset, of: 'the length' });
  const dataBytes = Number(header.readBigUInt64LE(0));
  const framingBytes = headerBytes + footerBytes;
  const bytes = framing === 'keep' ? dataBytes + framingBytes : dataBytes;
  if (bytes > maxBytes) throw new TooLargeError(offset, bytes, maxBytes);
  const rest = await reader.take(dataBytes + footerBytes);
  if (rest.length < dataBytes + footerBytes) {
    throw brokenFile(
      'TFRecord',
      offset,
      `expected ${dataBytes} bytes of data and ${footerBytes} of checksum, ${endAfter(rest)}`,
    );
  }
  const data = rest.subarray(0, dataBytes);
  checkSum(data, rest.readUInt32LE(dataBytes), { offset, of: 'the data' });
  return { body: framing === 'keep' ? [header, rest] : [data], bytes, offset };
}

function checkSum(bytes: Buffer, stored: number, { offset, of }: { offset: number; of: string }): void {
  const computed = masked(crc32c(bytes));
  if (computed === stored) return;
  throw brokenFile(
    'TFRecord',
    offset,
    `expected the masked CRC-32C of ${of} to be ${hex(computed)}, received ${hex(stored)}`,
  );
}

/** A checksum of data that holds checksums is weak, so TensorFlow turns each by 15 bits and adds a constant. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function endAfter(received: Buffer): string {
  return `received the end after ${received.length}`;
}
