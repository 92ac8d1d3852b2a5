const quote = 0x22;
const comma = 0x2c;

/** Columns of a CSV row by RFC 4180; -1 where a quoted field does not close, -2 where something follows its quote. */
export function countColumns(bytes: Buffer, start: number, end: number): number {
  let columns = 1;
  for (let at = start; ; ) {
    if (bytes[at] === quote && at < end) {
      at = behindQuotes(bytes, at, end);
      if (at < 0) return -1;
      if (at < end && bytes[at] !== comma) return -2;
    } else while (at < end && bytes[at] !== comma) at += 1;
    if (at >= end) return columns;
    columns += 1;
    at += 1;
  }
}

/** Behind the quoted field that opens at `from`; -1 if it does not close. A doubled quote stands for one. */
function behindQuotes(bytes: Buffer, from: number, end: number): number {
  for (let at = from + 1; at < end; at += 1) {
    if (bytes[at] !== quote) continue;
    if (at + 1 >= end || bytes[at + 1] !== quote) return at + 1;
    at += 1;
  }
  return -1;
}
