type Growable = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** The array itself while `length` values fit, else a copy with room for twice as many. */
export function grown<Typed extends Growable>(array: Typed, length: number): Typed {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => Typed)(length * 2);
  longer.set(array);
  return longer;
}

/** The first `length` values in shared memory, which worker threads read without a copy. */
export function toShared<Typed extends Growable>(array: Typed, length = array.length): Typed {
  const copy = sharedArray(array.constructor as new (buffer: SharedArrayBuffer) => Typed, array, length);
  copy.set(array.subarray(0, length));
  return copy;
}

function sharedArray<Typed extends Growable>(
  type: new (buffer: SharedArrayBuffer) => Typed,
  { BYTES_PER_ELEMENT }: Typed,
  length: number,
): Typed {
  return new type(new SharedArrayBuffer(length * BYTES_PER_ELEMENT));
}

export function sharedFloats(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}

export function sharedUints(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

export function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}
