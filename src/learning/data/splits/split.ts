/** Which rows to learn from and which to try it on: row indices, each part in ascending order. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** What is to be divided. */
export interface SplitRows {
  /** How many there are. */
  readonly rows: number;
  /** The class of each row. Needed to stratify; given, a part with one class is an error. */
  readonly labels?: ArrayLike<number> | undefined;
  /** The names of the classes, for messages. */
  readonly classes?: readonly string[] | undefined;
  /** The group of each row, such as a chain, a user or `contentGroups`; a group is never on both sides. */
  readonly groups?: ArrayLike<number | string> | undefined;
}

/** Divides by a number for each row: those that have it are the test part. */
export function splitBy(parts: ArrayLike<number>, test: number): Split {
  let count = 0;
  for (let row = 0; row < parts.length; row++) if (parts[row] === test) count++;
  const split = { train: new Uint32Array(parts.length - count), test: new Uint32Array(count) };
  let trainEnd = 0;
  let testEnd = 0;
  for (let row = 0; row < parts.length; row++) {
    if (parts[row] === test) split.test[testEnd++] = row;
    else split.train[trainEnd++] = row;
  }
  return split;
}
