const magic = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);

/** One part as MXNet and the SageMaker SDK write it; flag 0 is a whole record. */
export function part(data: string | Buffer, flag = 0): Buffer {
  const bytes = Buffer.from(data);
  const word = Buffer.alloc(4);
  word.writeUInt32LE(flag * 2 ** 29 + bytes.length);
  return Buffer.concat([magic, word, bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
