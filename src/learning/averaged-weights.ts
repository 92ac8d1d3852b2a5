import type { SparseRow } from '../models/text/vectorizer.ts';

/**
 * A weight vector w = scale · v, so that shrinking all weights is one multiplication and a step costs what its row has
 * non-zero columns. The sum of w over all steps is kept the same way: sum = scaleSum · v - owed, where `owed` corrects
 * for the steps before a component of v changed.
 */
export class AveragedWeights {
  readonly #v: Float64Array;
  readonly #owed: Float64Array | undefined;
  #scale = 1;
  #scaleSum = 0;

  constructor(columns: number, average: boolean) {
    this.#v = new Float64Array(columns);
    this.#owed = average ? new Float64Array(columns) : undefined;
  }

  dot({ columns, values }: SparseRow): number {
    let sum = 0;
    for (let index = 0; index < columns.length; index++) {
      sum += (this.#v[columns[index] as number] as number) * (values === undefined ? 1 : (values[index] as number));
    }
    return sum * this.#scale;
  }

  get(column: number): number {
    return (this.#v[column] as number) * this.#scale;
  }

  shrink(factor: number): void {
    this.#scale *= factor;
    if (this.#scale < 1e-9) this.#foldScale();
  }

  add({ columns, values }: SparseRow, factor: number): void {
    for (let index = 0; index < columns.length; index++) {
      this.#addToV(columns[index] as number, (factor * (values?.[index] ?? 1)) / this.#scale);
    }
  }

  set(column: number, weight: number): void {
    this.#addToV(column, weight / this.#scale - (this.#v[column] as number));
  }

  /** Ends a step: what the weights are now is added to their sum. */
  endStep(): void {
    this.#scaleSum += this.#scale;
  }

  current(): Float64Array {
    return this.#v.map((value) => value * this.#scale);
  }

  mean(steps: number): Float64Array {
    return this.#v.map((value, column) => (this.#scaleSum * value - (this.#owed?.[column] ?? 0)) / steps);
  }

  #addToV(column: number, change: number): void {
    this.#v[column] = (this.#v[column] as number) + change;
    if (this.#owed !== undefined) this.#owed[column] = (this.#owed[column] as number) + this.#scaleSum * change;
  }

  /** Before the scale vanishes, multiplies it into v, with the sum so far moved into `owed`. */
  #foldScale(): void {
    for (let column = 0; column < this.#v.length; column++) {
      const value = this.#v[column] as number;
      if (this.#owed !== undefined) this.#owed[column] = (this.#owed[column] as number) - this.#scaleSum * value;
      this.#v[column] = value * this.#scale;
    }
    this.#scaleSum = 0;
    this.#scale = 1;
  }
}
