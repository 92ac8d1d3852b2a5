/**
 * Writes a code point as UTF-8 and returns the position behind it; half a surrogate pair, which has no UTF-8, as
 * U+FFFD, like TextEncoder. For single characters, where a call into native code would cost more than the work.
 */
export function writeUtf8(bytes: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    bytes[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    bytes[at] = 0xc0 | (codePoint >> 6);
    bytes[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    const scalar = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
    bytes[at] = 0xe0 | (scalar >> 12);
    bytes[at + 1] = 0x80 | ((scalar >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (scalar & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (codePoint >> 18);
  bytes[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}
