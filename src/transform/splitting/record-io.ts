import type { ByteReader } from './byte-reader.ts';
import { brokenFile, type FramingOptions, framedRecords, hex } from './framed-records.ts';
import { type MiniBatch, TooLargeError } from './mini-batch.ts';
import { pack } from './pack.ts';

/** SplitType RecordIO, MultiRecord: as many records as fit, with their framing. */
export function manyRecordIo(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<MiniBatch> {
  return pack(
    framedRecords(chunks, (reader) => readRecord(reader, { maxBytes, framing: 'keep' })),
    maxBytes,
  );
}

/** SplitType RecordIO, SingleRecord: the data of each record, without its framing. */
export function singleRecordIo(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<MiniBatch> {
  return framedRecords(chunks, (reader) => readRecord(reader, { maxBytes, framing: 'remove' }));
}

const headerBytes = 8;
const magic = 0xced7230a;
const magicBytes = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);

/**
 * MXNet's RecordIO (dmlc-core, src/recordio.cc). A part is the magic number, a word of which the upper three bits say
 * whether the record goes on and the others how long the part is (both little-endian), the data, and zero to three
 * bytes of padding. Data that holds the magic number is divided there: between two parts of a record it is left out.
 */
async function readRecord(reader: ByteReader, { maxBytes, framing }: FramingOptions): Promise<MiniBatch | undefined> {
  const { offset } = reader;
  const body: Buffer[] = [];
  let bytes = 0;
  for (let first = true; ; first = false) {
    const part = await readHeader(reader, first);
    if (part === undefined) return undefined;
    const data = framing === 'keep' ? part.paddedBytes : part.dataBytes;
    const before = framing === 'keep' ? part.header : first ? undefined : magicBytes;
    if (before !== undefined) body.push(before);
    bytes += (before?.length ?? 0) + data;
    if (bytes <= maxBytes) body.push((await takePart(reader, part)).subarray(0, data));
    else await skipPart(reader, part); // people want to know how large the record is
    if (part.last) break;
  }
  if (bytes > maxBytes) throw new TooLargeError(offset, bytes, maxBytes);
  return { body, bytes, offset };
}

interface Part {
  readonly offset: number;
  readonly header: Buffer;
  readonly dataBytes: number;
  readonly paddedBytes: number;
  readonly last: boolean;
}

/** What the upper three bits of the length say. */
const flags = ['a whole record', 'the first part', 'a middle part', 'the last part'];

async function readHeader(reader: ByteReader, first: boolean): Promise<Part | undefined> {
  const { offset } = reader;
  const header = await reader.take(headerBytes);
  if (header.length === 0 && first) return undefined;
  if (header.length < headerBytes) {
    const what = first ? 'the header of a record' : 'the next part of a record';
    throw brokenFile(
      'RecordIO',
      offset,
      `expected ${headerBytes} bytes, ${what}, received the end after ${header.length}`,
    );
  }
  const found = header.readUInt32LE(0);
  if (found !== magic)
    throw brokenFile('RecordIO', offset, `expected the magic number ${hex(magic)}, received ${hex(found)}`);
  const word = header.readUInt32LE(4);
  const flag = word >>> 29;
  const fits = first ? flag === 0 || flag === 1 : flag === 2 || flag === 3;
  if (!fits) {
    const expected = first ? `0 (${flags[0]}) or 1 (${flags[1]})` : `2 (${flags[2]}) or 3 (${flags[3]})`;
    const received = flags[flag] === undefined ? flag : `${flag} (${flags[flag]})`;
    throw brokenFile('RecordIO', offset, `expected the continuation flag ${expected}, received ${received}`);
  }
  const dataBytes = word & 0x1fffffff;
  return { offset, header, dataBytes, paddedBytes: (dataBytes + 3) & ~3, last: flag === 0 || flag === 3 };
}

async function takePart(reader: ByteReader, part: Part): Promise<Buffer> {
  const taken = await reader.take(part.paddedBytes);
  if (taken.length < part.paddedBytes) throw cutOff(part, taken.length);
  return taken;
}

async function skipPart(reader: ByteReader, part: Part): Promise<void> {
  const skipped = await reader.skip(part.paddedBytes);
  if (skipped < part.paddedBytes) throw cutOff(part, skipped);
}

function cutOff({ offset, dataBytes, paddedBytes }: Part, received: number): Error {
  const expected = `${dataBytes} bytes of data and ${paddedBytes - dataBytes} of padding behind the header`;
  return brokenFile('RecordIO', offset, `expected ${expected}, received the end after ${received}`);
}
