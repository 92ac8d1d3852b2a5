/** What the records of an application/json body are: lines, or the elements of one document. */
export type JsonLayout = 'lines' | 'array' | 'instances';

const tokens = ['{', '"instances"', ':', '['].map((token) => Buffer.from(token));

/**
 * Tells from its first bytes how an application/json body is laid out: `[` begins an array and `{"instances":[` the
 * envelope; anything else is one JSON value a line. Undefined when more bytes are needed, which never happens at the
 * end of the body (`last`).
 */
export function sniffJson(bytes: Buffer, last = false): JsonLayout | undefined {
  let position = skipBlanks(bytes, startsWithBom(bytes) ? 3 : 0);
  if (bytes[position] === 0x5b) return 'array';
  for (const token of tokens) {
    position = skipBlanks(bytes, position);
    const seen = bytes.subarray(position, position + token.length);
    if (!token.subarray(0, seen.length).equals(seen)) return isBomPrefix(bytes) && !last ? undefined : 'lines';
    if (seen.length < token.length) return last ? 'lines' : undefined;
    position += token.length;
  }
  return 'instances';
}

/** The first position from `position` on that is not JSON white space. */
export function skipBlanks(bytes: Buffer, position: number): number {
  let at = position;
  while (at < bytes.length && isBlank(bytes[at])) at += 1;
  return at;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether the bytes begin with the UTF-8 byte order mark. */
export function startsWithBom(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Whether the bytes that have arrived may still become a byte order mark. */
export function isBomPrefix(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length < 3 && bytes[0] === 0xef && (bytes.length < 2 || bytes[1] === 0xbb);
}
