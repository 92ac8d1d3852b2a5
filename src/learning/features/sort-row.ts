const fewEntries = 64;

/** Puts the entries `[start, end)` in the order of their columns, of which no two are equal. */
export function sortRow(columns: Uint32Array, values: Int32Array | Float64Array, start: number, end: number): void {
  if (end - start > fewEntries) {
    sortLongRow(columns, values, start, end);
    return;
  }
  for (let index = start + 1; index < end; index++) {
    const column = columns[index] as number;
    const value = values[index] as number;
    let at = index;
    for (; at > start && (columns[at - 1] as number) > column; at--) {
      columns[at] = columns[at - 1] as number;
      values[at] = values[at - 1] as number;
    }
    columns[at] = column;
    values[at] = value;
  }
}

/** A column of at most 32 bits and its place of at most 21 make one exact double, whose order is that of the columns. */
const places = 2 ** 21;

function sortLongRow(columns: Uint32Array, values: Int32Array | Float64Array, start: number, end: number): void {
  const length = end - start;
  if (length > places) throw new RangeError(`a record has ${length} different terms: expected at most ${places}`);
  const old = values.slice(start, end);
  const keys = new Float64Array(length);
  for (let place = 0; place < length; place++) keys[place] = (columns[start + place] as number) * places + place;
  keys.sort();
  for (let at = 0; at < length; at++) {
    const column = Math.floor((keys[at] as number) / places);
    columns[start + at] = column;
    values[start + at] = old[(keys[at] as number) - column * places] as number;
  }
}
