const spread = 0x9e3779b1 | 0;
const empty = -1;

/**
 * Sums by column for one record: a hash table the size of the record, not of the model, so that it stays in the cache
 * when a model has a million columns.
 */
export class ColumnSums {
  /** How many columns were added to. */
  count = 0;
  #bits = 9;
  #columns = new Int32Array(2 ** 9).fill(empty);
  #sums = new Float64Array(2 ** 9);
  /** The slots in use, in the order of first use. */
  #used = new Int32Array(2 ** 8);

  add(column: number, value: number): void {
    const mask = this.#columns.length - 1;
    let slot = Math.imul(column, spread) >>> (32 - this.#bits);
    for (;;) {
      const known = this.#columns[slot];
      if (known === column) {
        this.#sums[slot] = (this.#sums[slot] as number) + value;
        return;
      }
      if (known === empty) break;
      slot = (slot + 1) & mask;
    }
    this.#columns[slot] = column;
    this.#sums[slot] = value;
    this.#used[this.count++] = slot;
    if (this.count === this.#used.length) this.#grow();
  }

  column(index: number): number {
    return this.#columns[this.#used[index] as number] as number;
  }

  sum(index: number): number {
    return this.#sums[this.#used[index] as number] as number;
  }

  clear(): void {
    for (let index = 0; index < this.count; index++) this.#columns[this.#used[index] as number] = empty;
    this.count = 0;
  }

  #grow(): void {
    const entries = Array.from({ length: this.count }, (_, index) => [this.column(index), this.sum(index)] as const);
    this.#bits += 1;
    this.#columns = new Int32Array(2 ** this.#bits).fill(empty);
    this.#sums = new Float64Array(2 ** this.#bits);
    this.#used = new Int32Array(2 ** (this.#bits - 1));
    this.count = 0;
    for (const [column, sum] of entries) this.add(column, sum);
  }
}
