/**
 * A sample of at most `capacity` values, each as likely to be in it as any other (a reservoir). Every row has a priority
 * that follows from the seed and its number alone, and the values of the smallest priorities are kept: so the sample is
 * the same in whatever order the rows come and however they are divided among workers, and two samples can be merged.
 */
export interface RowSample {
  readonly capacity: number;
  readonly seed: number;
  count: number;
  /** A heap, the largest priority first. */
  priorities: Float64Array;
  values: Float64Array;
}

export function newRowSample(capacity: number, seed: number): RowSample {
  const room = Math.min(capacity, 64);
  return { capacity, seed, count: 0, priorities: new Float64Array(room), values: new Float64Array(room) };
}

/** @param row the row's number within the whole data, at most 2^53; one value a row */
export function addToSample(sample: RowSample, row: number, value: number): void {
  offer(sample, priorityOf(row, sample.seed), value);
}

/** Adds another part's sample to this one; of the same rows twice it would be wrong. */
export function mergeSample(sample: RowSample, other: RowSample): void {
  for (let index = 0; index < other.count; index++) {
    offer(sample, other.priorities[index] as number, other.values[index] as number);
  }
}

/** In ascending order. */
export function sampledValues({ values, count }: RowSample): Float64Array {
  return values.slice(0, count).sort();
}

function offer(sample: RowSample, priority: number, value: number): void {
  if (sample.count < sample.capacity) {
    if (sample.count === sample.values.length) grow(sample);
    let at = sample.count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((sample.priorities[parent] as number) >= priority) break;
      move(sample, parent, at);
      at = parent;
    }
    put(sample, at, priority, value);
    return;
  }
  if (priority >= (sample.priorities[0] as number)) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= sample.count) break;
    const right = child + 1;
    if (right < sample.count && (sample.priorities[right] as number) > (sample.priorities[child] as number))
      child = right;
    if ((sample.priorities[child] as number) <= priority) break;
    move(sample, child, at);
    at = child;
  }
  put(sample, at, priority, value);
}

function put({ priorities, values }: RowSample, at: number, priority: number, value: number): void {
  priorities[at] = priority;
  values[at] = value;
}

function move(sample: RowSample, from: number, to: number): void {
  put(sample, to, sample.priorities[from] as number, sample.values[from] as number);
}

function grow(sample: RowSample): void {
  const room = Math.min(sample.capacity, 2 * sample.values.length);
  for (const key of ['priorities', 'values'] as const) {
    const larger = new Float64Array(room);
    larger.set(sample[key]);
    sample[key] = larger;
  }
}

/** 53 random bits of a row's number: two rounds of murmur3's finaliser, each row another value. */
function priorityOf(row: number, seed: number): number {
  const high = mix((row / 2 ** 32) ^ seed ^ 0x5bd1e995);
  const first = mix((row | 0) ^ high);
  const second = mix(first ^ Math.imul(row | 0, 0x9e3779b1) ^ high);
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53;
}

function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
