/** Buckets to a factor of two: a value is known to 6 %. */
const steps = 8;

export interface Summary {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts positive numbers in buckets that grow with them, so that a million of them take no more room than ten. */
export class LogHistogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  add(value: number): void {
    const bucket = Math.floor(Math.log2(Math.max(value, 1e-9)) * steps);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  get count(): number {
    return this.#count;
  }

  /** Undefined of none. The smallest, the largest and the mean are exact. */
  summary(): Summary | undefined {
    if (this.#count === 0) return undefined;
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => this.#quantile(share)) as [number, number, number];
    return { min: this.#min, mean: this.#sum / this.#count, p50, p90, p99, max: this.#max };
  }

  /** The buckets that hold something, and those between them, as few as `most` of them. */
  buckets(most: number): { from: number; to: number; count: number }[] {
    if (this.#count === 0) return [];
    const keys = [...this.#counts.keys()];
    const first = Math.min(...keys);
    const last = Math.max(...keys);
    const width = Math.max(1, Math.ceil((last - first + 1) / most));
    const found = [];
    for (let key = first; key <= last; key += width) {
      let count = 0;
      for (let inner = key; inner < key + width; inner += 1) count += this.#counts.get(inner) ?? 0;
      found.push({ from: 2 ** (key / steps), to: 2 ** ((key + width) / steps), count });
    }
    return found;
  }

  #quantile(share: number): number {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    let missing = share * this.#count;
    for (const [bucket, count] of sorted) {
      missing -= count;
      if (missing <= 0) return Math.min(this.#max, Math.max(this.#min, 2 ** ((bucket + 0.5) / steps)));
    }
    return this.#max;
  }
}
