/** A key as JSON, with a character for each byte. */
export function keyText(key: string): string {
  return plain.test(key) ? `"${key}"` : Buffer.from(JSON.stringify(key)).toString('latin1');
}

/** Nearly all keys: ASCII, with nothing to escape. */
const plain = /^[ !#-[\]-~]*$/;

/** The order of UTF-8 bytes, which is that of code points, and not that of JavaScript's UTF-16 units. */
export function compareBytes(a: string, b: string): number {
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const surrogate = /[\ud800-\udfff]/;
