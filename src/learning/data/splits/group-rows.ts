/** The groups as numbers from 0 on, in the order in which they first occur. */
export interface NumberedGroups {
  readonly ofRow: Uint32Array;
  /** How many rows each has. */
  readonly sizes: readonly number[];
}

export function numberGroups(groups: ArrayLike<number | string>): NumberedGroups {
  const numbers = new Map<number | string, number>();
  const sizes: number[] = [];
  const ofRow = new Uint32Array(groups.length);
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number | string;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    ofRow[row] = number;
  }
  return { ofRow, sizes };
}
