import type { Scenario } from '../scenario.ts';

const hex = (...parts: string[]): Buffer => Buffer.from(parts.join(''), 'hex');

/** MXNet's RecordIO, `abc` and `hello`: magic number, length, data, padding to four bytes. */
const recordIo = hex('0a23d7ce', '03000000', '616263', '00', '0a23d7ce', '05000000', '68656c6c6f', '000000');

/** TFRecord, `abc` and `hello`: length, its masked CRC-32C, data, its masked CRC-32C; computed with another program. */
const tfRecord = hex(
  ...['0300000000000000', 'b099490e', '616263', '6e57f121'],
  ...['0500000000000000', 'eab2043e', '68656c6c6f', 'bb1f1c19'],
);
const tfRecordWithOtherData = hex('0300000000000000', 'b099490e', '616264', '6e57f121');

const binary = { ContentType: 'application/octet-stream', AssembleWith: 'None' } as const;
const single = { BatchStrategy: 'SingleRecord' } as const;

export const splits: readonly Scenario[] = [
  {
    name: 'None: an object is one request',
    container: 'size',
    request: { SplitType: 'None', AssembleWith: 'None' },
    inputs: { 'in/a': 'one\ntwo\n', 'in/b': 'three' },
    outputs: { 'a.out': '8', 'b.out': '5' },
  },
  {
    name: 'None, assembled by lines: a newline behind each reply',
    container: 'size',
    request: { SplitType: 'None' },
    inputs: { 'in/a': 'one\ntwo\n' },
    outputs: { 'a.out': '8\n' },
  },
  {
    name: 'None: bytes stay as they are',
    container: 'echo',
    request: { ...binary, SplitType: 'None', ContentType: 'image/jpeg' },
    inputs: { 'in/a.jpg': hex('ffd8ffe000104a464946000a0d0a') },
    outputs: { 'a.jpg.out': hex('ffd8ffe000104a464946000a0d0a') },
  },
  {
    name: 'None, SingleRecord: the strategy has no effect',
    container: 'size',
    request: { SplitType: 'None', ...single },
    inputs: { 'in/a': 'one\ntwo\n' },
    outputs: { 'a.out': '8\n' },
  },
  {
    name: 'Line, MultiRecord: as many lines as fit in one request',
    container: 'size',
    inputs: { 'in/a': 'a\nbb\nccc\n' },
    outputs: { 'a.out': '9\n' },
  },
  {
    name: 'Line, SingleRecord: a request a line, its newline with it',
    container: 'size',
    request: single,
    inputs: { 'in/a': 'a\nbb\nccc\n' },
    outputs: { 'a.out': '2\n3\n4\n' },
  },
  {
    name: 'Line, assembled as None: replies one behind the other',
    container: 'size',
    request: { ...single, AssembleWith: 'None' },
    inputs: { 'in/a': 'a\nbb\nccc\n' },
    outputs: { 'a.out': '234' },
  },
  {
    name: 'Line: CRLF stays CRLF',
    container: 'echo',
    request: single,
    inputs: { 'in/a': 'one\r\ntwo\r\n' },
    outputs: { 'a.out': 'one\r\ntwo\r\n' },
  },
  {
    name: 'Line, SingleRecord: a CRLF belongs to its line, and a lone CR ends none',
    container: 'size',
    request: single,
    inputs: { 'in/a': 'one\r\ntwo\rthree\r\n' },
    outputs: { 'a.out': '5\n11\n' },
  },
  {
    name: 'Line, SingleRecord: blank lines are records',
    container: 'size',
    request: single,
    inputs: { 'in/a': 'a\n\n\r\nb\n' },
    outputs: { 'a.out': '2\n1\n2\n2\n' },
  },
  {
    name: 'Line: a missing last newline is written, not sent',
    container: 'echo',
    inputs: { 'in/a': 'one\ntwo' },
    outputs: { 'a.out': 'one\ntwo\n' },
  },
  {
    name: 'Line, assembled as None: a missing last newline stays missing',
    container: 'echo',
    request: { AssembleWith: 'None' },
    inputs: { 'in/a': 'one\ntwo' },
    outputs: { 'a.out': 'one\ntwo' },
  },
  {
    name: 'Line: Latin-1, and bytes that are no text, pass',
    container: 'echo',
    request: single,
    inputs: { 'in/a': hex('636166e90a', 'ff00fe0a') },
    outputs: { 'a.out': hex('636166e90a', 'ff00fe0a') },
  },
  {
    name: 'Line: a byte order mark is sent as it is',
    container: 'echo',
    inputs: { 'in/a': hex('efbbbf612c310a') },
    outputs: { 'a.out': hex('efbbbf612c310a') },
  },
  {
    name: 'a byte order mark before JSON Lines is no part of the first record',
    container: 'own echo',
    request: { ContentType: 'application/jsonlines' },
    inputs: { 'in/a': hex('efbbbf7b2261223a317d0a', '7b2261223a327d0a') },
    outputs: { 'a.out': '{"a":1}\n{"a":2}\n' },
  },
  {
    name: 'MaxPayloadInMB 1: whole lines up to 1,048,576 bytes',
    container: 'size',
    request: { MaxPayloadInMB: 1 },
    inputs: { 'in/a': `${'x'.repeat(399_999)}\n`.repeat(5) },
    outputs: { 'a.out': '800000\n800000\n400000\n' },
  },
  {
    name: 'MaxPayloadInMB 1: a line of exactly so many bytes passes',
    container: 'size',
    request: { MaxPayloadInMB: 1 },
    inputs: { 'in/a': `${'x'.repeat(1_048_575)}\n` },
    outputs: { 'a.out': '1048576\n' },
  },
  {
    name: 'MaxPayloadInMB 6 by default',
    container: 'size',
    inputs: { 'in/a': `${'x'.repeat(999_999)}\n`.repeat(7) },
    outputs: { 'a.out': '6000000\n1000000\n' },
  },
  {
    name: 'MaxPayloadInMB 0: an object is one request of any size',
    container: 'size',
    request: { MaxPayloadInMB: 0 },
    inputs: { 'in/a': `${'x'.repeat(999_999)}\n`.repeat(7) },
    outputs: { 'a.out': '7000000\n' },
  },
  {
    name: 'MaxPayloadInMB 0, SingleRecord: a line is a request all the same',
    container: 'size',
    request: { MaxPayloadInMB: 0, ...single },
    inputs: { 'in/a': 'a\nbb\n' },
    outputs: { 'a.out': '2\n3\n' },
  },
  {
    name: 'RecordIO, MultiRecord: records with their framing',
    container: 'echo',
    request: { ...binary, SplitType: 'RecordIO' },
    inputs: { 'in/a.rec': recordIo },
    outputs: { 'a.rec.out': recordIo },
  },
  {
    name: 'RecordIO, SingleRecord: data without framing and padding',
    container: 'echo',
    request: { ...binary, ...single, SplitType: 'RecordIO', AssembleWith: 'Line' },
    inputs: { 'in/a.rec': recordIo },
    outputs: { 'a.rec.out': 'abc\nhello\n' },
  },
  {
    name: 'RecordIO without its magic number',
    container: 'echo',
    request: { ...binary, SplitType: 'RecordIO' },
    inputs: { 'in/a.rec': Buffer.concat([recordIo.subarray(0, 12), Buffer.from('12345678')]) },
    status: 'Failed',
    reason: ['ClientError: See job logs for more information.', 'a.rec: not RecordIO at byte 12', '0xced7230a'],
    outputs: {},
  },
  {
    name: 'TFRecord, MultiRecord: records with their checksums',
    container: 'echo',
    request: { ...binary, SplitType: 'TFRecord' },
    inputs: { 'in/a.tfrecord': tfRecord },
    outputs: { 'a.tfrecord.out': tfRecord },
  },
  {
    name: 'TFRecord, SingleRecord: data alone',
    container: 'echo',
    request: { ...binary, ...single, SplitType: 'TFRecord' },
    inputs: { 'in/a.tfrecord': tfRecord },
    outputs: { 'a.tfrecord.out': 'abchello' },
  },
  {
    name: 'TFRecord with a wrong checksum',
    container: 'echo',
    request: { ...binary, SplitType: 'TFRecord' },
    inputs: { 'in/a.tfrecord': tfRecord, 'in/b.tfrecord': tfRecordWithOtherData },
    status: 'Failed',
    reason: ['ClientError: See job logs for more information.', 'b.tfrecord: not TFRecord at byte 0', 'of the data'],
    outputs: { 'a.tfrecord.out': tfRecord },
  },
  {
    name: 'several requests under way: replies in the order of the records',
    container: 'last comes first',
    request: { ...single, MaxConcurrentTransforms: 4 },
    inputs: { 'in/a': '1\n2\n3\n4\n5\n6\n7\n8\n' },
    outputs: { 'a.out': '1\n2\n3\n4\n5\n6\n7\n8\n' },
  },
];
