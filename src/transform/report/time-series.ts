const mostBuckets = 240;

interface Sums {
  bytes: number;
  records: number;
  miniBatches: number;
}

export interface TimeBucket {
  /** Since the first. */
  readonly second: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly records: number;
  readonly miniBatches: number;
}

/** Sums by time, in up to 240 buckets: when they do not suffice, each becomes twice as long. */
export class TimeSeries {
  readonly #start: number;
  #width = 0.25;
  #buckets: Sums[] = [];

  /** @param start of the first bucket, in milliseconds on the clock of `add` */
  constructor(start: number) {
    this.#start = start;
  }

  add(time: number, { bytes, records }: { readonly bytes: number; readonly records: number }): void {
    const second = Math.max(0, time - this.#start) / 1000;
    while (second >= mostBuckets * this.#width) this.#halve();
    const index = Math.floor(second / this.#width);
    while (this.#buckets.length <= index) this.#buckets.push({ bytes: 0, records: 0, miniBatches: 0 });
    const bucket = this.#buckets[index] as Sums;
    bucket.bytes += bytes;
    bucket.records += records;
    bucket.miniBatches += 1;
  }

  /** At most `most` of them. */
  buckets(most: number): TimeBucket[] {
    while (this.#buckets.length > most) this.#halve();
    return this.#buckets.map((bucket, index) => ({ second: index * this.#width, seconds: this.#width, ...bucket }));
  }

  #halve(): void {
    const pairs = [];
    for (let index = 0; index < this.#buckets.length; index += 2) {
      const [a, b] = [this.#buckets[index], this.#buckets[index + 1]];
      pairs.push({
        bytes: (a?.bytes ?? 0) + (b?.bytes ?? 0),
        records: (a?.records ?? 0) + (b?.records ?? 0),
        miniBatches: (a?.miniBatches ?? 0) + (b?.miniBatches ?? 0),
      });
    }
    this.#buckets = pairs;
    this.#width *= 2;
  }
}
