const quote = 0x22;
const backslash = 0x5c;

const separator = 1;
const opener = 2;
const closer = 3;
const string = 4;

/** What each byte means outside strings: 0 for the bytes that structure does not depend on. */
const roles = new Uint8Array(256);
roles[0x2c] = separator;
roles[quote] = string;
for (const byte of Buffer.from('[{')) roles[byte] = opener;
for (const byte of Buffer.from(']}')) roles[byte] = closer;

/**
 * Where the array element that begins at `from` ends: at the `,` or the closing bracket behind it, or at `end` if it
 * goes on. Looks at strings and brackets only, so that a malformed element is still one element.
 *
 * @param open emptied, then filled with the brackets that are open at the place returned: if there are any before
 *   `end`, the closing bracket there does not match the last of them
 */
export function elementEnd(bytes: Buffer, from: number, end: number, open: number[]): number {
  open.length = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    const role = roles[byte];
    if (role === 0) continue;
    if (role === string) {
      at = stringEnd(bytes, at + 1, end);
    } else if (role === opener) {
      open.push(byte);
    } else if (role === closer) {
      // The closing brackets of ASCII lie two behind their opening ones.
      if (open.length === 0 || open[open.length - 1] !== byte - 2) return at;
      open.pop();
    } else if (open.length === 0) {
      return at;
    }
  }
  return end;
}

// Most strings are keys and short values: a loop is faster than native searches up to about this length.
const near = 24;

/** Where the quote is that ends a string, or `end`; `from` is behind the opening quote. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const nearEnd = Math.min(end, at + near);
    for (; at < nearEnd; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return at;
      if (byte === backslash) at += 1;
    }
    const found = bytes.indexOf(quote, at);
    if (found === -1 || found >= end) return end;
    if (!isEscaped(bytes, at, found)) return found;
    at = found + 1;
  }
  return end;
}

/** Whether an odd number of backslashes, within the part of the string from `from` on, stands before a quote. */
function isEscaped(bytes: Buffer, from: number, quoteAt: number): boolean {
  let at = quoteAt;
  while (at > from && bytes[at - 1] === backslash) at -= 1;
  return (quoteAt - at) % 2 === 1;
}
