import type { MiniBatch } from './mini-batch.ts';

/** MultiRecord, of records that have been found one by one: as many as fit. No record may be larger than `maxBytes`. */
export async function* pack(records: AsyncIterable<MiniBatch>, maxBytes: number): AsyncGenerator<MiniBatch> {
  let body: Buffer[] = [];
  let bytes = 0;
  let offset = 0;
  for await (const record of records) {
    if (bytes + record.bytes > maxBytes) {
      yield { body, bytes, offset };
      body = [];
      bytes = 0;
    }
    if (bytes === 0) offset = record.offset;
    for (const piece of record.body) append(body, piece);
    bytes += record.bytes;
  }
  if (bytes > 0) yield { body, bytes, offset };
}

/** Pieces that are neighbours in memory become one, because each piece is a write of its own to the connection. */
function append(body: Buffer[], piece: Buffer): void {
  const last = body.at(-1);
  if (last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset) {
    body[body.length - 1] = Buffer.from(piece.buffer, last.byteOffset, last.length + piece.length);
  } else if (piece.length > 0) body.push(piece);
}
