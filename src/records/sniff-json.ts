/** What the records of an application/json body are: lines, or the elements of one document. */
export type JsonLayout = 'lines' | 'array' | 'instances';

/**
 * Tells from its first bytes how an application/json body is laid out: `[` begins an array and `{"instances":[` the
 * envelope; anything else is one JSON value a line. Undefined when more bytes are needed, which never happens at the
 * end of the body (`last`).
 */
export function sniffJson(bytes: Buffer, last = false): JsonLayout | undefined {
  let undecided = false;
  for (const layout of ['array', 'instances'] as const) {
    const { match } = matchOpening(bytes, layout);
    if (match === 'whole') return layout;
    undecided ||= match === 'partial';
  }
  return undecided && !last ? undefined : 'lines';
}

/** Whether bytes begin with the opening of a document; `end` is where the match ends: behind it if it is whole. */
export function matchOpening(
  bytes: Buffer,
  layout: 'array' | 'instances',
): { readonly match: 'whole' | 'partial' | 'none'; readonly end: number } {
  if (isBomPrefix(bytes)) return { match: 'partial', end: bytes.length };
  let end = startsWithBom(bytes) ? 3 : 0;
  for (const token of openings[layout]) {
    end = skipBlanks(bytes, end);
    for (const expected of token) {
      if (end === bytes.length) return { match: 'partial', end };
      if (bytes[end] !== expected) return { match: 'none', end };
      end += 1;
    }
  }
  return { match: 'whole', end };
}

const openings = {
  array: [Buffer.from('[')],
  instances: ['{', '"instances"', ':', '['].map((token) => Buffer.from(token)),
};

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
function isBomPrefix(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length < 3 && bytes[0] === 0xef && (bytes.length < 2 || bytes[1] === 0xbb);
}
