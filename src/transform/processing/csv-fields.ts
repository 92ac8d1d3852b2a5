const quote = 0x22;

/** The fields of a well-formed row as they are written, with their quotes, so that to move one is not to change it. */
export function rawFields(row: string): string[] {
  if (!row.includes('"')) return row.split(',');
  const fields: string[] = [];
  for (let at = 0; at <= row.length; ) {
    const end = fieldEnd(row, at);
    fields.push(row.slice(at, end));
    at = end + 1;
  }
  return fields;
}

/** What RFC 4180 does not allow in a row, if anything; in the words of Go's encoding/csv, which the service's have. */
export function csvProblem(row: string): string | undefined {
  if (!row.includes('"')) return undefined;
  for (let at = 0, column = 1; at <= row.length; column += 1) {
    const end = fieldEnd(row, at);
    if (row.charCodeAt(at) === quote) {
      const closed = end - at > 1 && row.charCodeAt(end - 1) === quote;
      const within = row.slice(at + 1, end - 1).replaceAll('""', '');
      if (!closed || within.includes('"')) return `extraneous or missing " in quoted field, column ${column}`;
    } else if (row.slice(at, end).includes('"')) return `bare " in non quoted field, column ${column}`;
    at = end + 1;
  }
  return undefined;
}

/** At the comma behind the field, or the end of the row. */
function fieldEnd(row: string, from: number): number {
  let at = from;
  if (row.charCodeAt(at) === quote) {
    at = row.indexOf('"', at + 1);
    while (at >= 0 && row.charCodeAt(at + 1) === quote) at = row.indexOf('"', at + 2);
    if (at < 0) return row.length;
  }
  const comma = row.indexOf(',', at);
  return comma < 0 ? row.length : comma;
}
