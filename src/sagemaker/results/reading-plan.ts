/** How much of an object and its output is read. */
export interface Reading {
  /** From the beginning of the output, in bytes. */
  readonly outputBytes: number;
  /** Whether the object itself is read, for its lines. */
  readonly input: boolean;
}

interface Sizes {
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/**
 * What to read within a bound. Outputs come first: all of them whole or, where they are larger together, all of the
 * small ones and equally long beginnings of the others. Then inputs of outputs that are read whole, the smallest first.
 * @param bound in bytes
 * @param wantsInputs whether reading inputs is of any use
 */
export function planReading(objects: readonly Sizes[], bound: number, wantsInputs: boolean): Reading[] {
  const longest = longestBeginning(
    objects.map(({ outputBytes }) => outputBytes),
    bound,
  );
  const outputs = objects.map(({ outputBytes }) => Math.min(outputBytes, longest));
  let left = bound - outputs.reduce((sum, bytes) => sum + bytes, 0);
  const inputs = new Set<Sizes>();
  for (const object of objects.toSorted((a, b) => a.inputBytes - b.inputBytes)) {
    if (!wantsInputs || object.outputBytes > longest || object.inputBytes > left) continue;
    inputs.add(object);
    left -= object.inputBytes;
  }
  return objects.map((object, index) => ({ outputBytes: outputs[index] as number, input: inputs.has(object) }));
}

/** The length at which cutting what is longer makes all fit. */
function longestBeginning(sizes: readonly number[], bound: number): number {
  let left = bound;
  let fewer = sizes.length;
  for (const size of sizes.toSorted((a, b) => a - b)) {
    if (size * fewer > left) return Math.floor(left / fewer);
    left -= size;
    fewer -= 1;
  }
  return Infinity;
}
