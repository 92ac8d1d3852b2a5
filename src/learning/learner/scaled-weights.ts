import type { SparseBlock } from '../sparse-block.ts';

export interface WeightsOptions {
  /** Whether the sum over all steps is kept. */
  readonly average: boolean;
  readonly l1: boolean;
  /** Whether `penalty` is kept: a third loop over the row. */
  readonly tracksNorms: boolean;
}

/**
 * A weight vector w = scale · v, so that shrinking all weights is one multiplication and a step costs what its row has
 * non-zero columns. The sum of w over all steps is kept the same way: sum = scaleSum · v - owed, where `owed` corrects
 * for the steps before a component of v changed.
 *
 * The loops over a row's columns are nearly all the time of a fit, and most of that is waiting for memory: so all that
 * is kept of a column lies together in `cells`, v first.
 */
export class ScaledWeights {
  readonly #cells: Float64Array;
  /** A column's cells begin at column << shift. */
  readonly #shift: number;
  readonly #average: boolean;
  /** Which of a column's cells is what it has paid of the l1 penalty; `owed` is the one after v. */
  readonly #paid: number;
  readonly #tracksNorms: boolean;
  #due = 0;
  #scale = 1;
  #scaleSum = 0;
  #squares = 0;
  #absolutes = 0;
  #columns: Uint32Array = new Uint32Array();
  #values: Float64Array | undefined;
  #starts: Uint32Array = new Uint32Array();

  constructor(columns: number, { average, l1, tracksNorms }: WeightsOptions) {
    this.#shift = (average ? 1 : 0) + (l1 ? 1 : 0);
    this.#cells = new Float64Array(columns << this.#shift);
    this.#average = average;
    this.#paid = average ? 2 : 1;
    this.#tracksNorms = tracksNorms;
  }

  /** Rows are those of this block from now on. */
  read({ columns, values, starts }: SparseBlock): void {
    this.#columns = columns;
    this.#values = values;
    this.#starts = starts;
  }

  dot(row: number): number {
    const cells = this.#cells;
    const shift = this.#shift;
    const columns = this.#columns;
    const values = this.#values;
    const end = this.#starts[row + 1] as number;
    let sum = 0;
    if (values === undefined) {
      for (let at = this.#starts[row] as number; at < end; at++) {
        sum += cells[(columns[at] as number) << shift] as number;
      }
    } else {
      for (let at = this.#starts[row] as number; at < end; at++) {
        sum += (cells[(columns[at] as number) << shift] as number) * (values[at] as number);
      }
    }
    return sum * this.#scale;
  }

  shrink(factor: number): void {
    this.#scale *= factor;
    if (this.#tracksNorms) {
      this.#squares *= factor * factor;
      this.#absolutes *= factor;
    }
    if (this.#scale < 1e-9) this.#foldScale();
  }

  /** w += factor · row. */
  add(row: number, factor: number): void {
    if (this.#average) this.#addToBoth(row, factor / this.#scale);
    else this.#addToWeights(row, factor / this.#scale);
    if (this.#tracksNorms) this.#takeNorms(row);
  }

  /** Ends a step: what the weights are now is added to their sum. */
  endStep(): void {
    this.#scaleSum += this.#scale;
  }

  /**
   * l1 by cumulative penalty (Tsuruoka 2009): each weight owes what penalty there has been in all less what it has paid,
   * and pays, never beyond zero, when its column occurs. As in scikit-learn the mean takes what a weight has paid as paid
   * from the first step on, so with l1 it is not quite the mean of the weights.
   */
  truncate(row: number, penalty: number): void {
    this.#due += penalty;
    const cells = this.#cells;
    const shift = this.#shift;
    const paid = this.#paid;
    const columns = this.#columns;
    const scale = this.#scale;
    const due = this.#due;
    const end = this.#starts[row + 1] as number;
    for (let at = this.#starts[row] as number; at < end; at++) {
      const cell = (columns[at] as number) << shift;
      const before = cells[cell] as number;
      if (before === 0) continue;
      const sofar = cells[cell + paid] as number;
      const after =
        before > 0 ? Math.max(0, before - (due + sofar) / scale) : Math.min(0, before + (due - sofar) / scale);
      cells[cell] = after;
      cells[cell + paid] = sofar + scale * after - scale * before;
    }
  }

  /**
   * The penalty as the stopping rule counts it, without alpha. scikit-learn takes the norms of the columns of the last
   * row that moved the weights, not of all; so must we, to end at the same epoch.
   */
  penalty(l1Ratio: number): number {
    return (1 - l1Ratio) * 0.5 * this.#squares + l1Ratio * this.#absolutes;
  }

  current(): Float64Array {
    return this.#eachColumn((value) => value * this.#scale);
  }

  mean(steps: number): Float64Array {
    return this.#eachColumn((value, owed) => (this.#scaleSum * value - owed) / steps);
  }

  #eachColumn(weight: (v: number, next: number) => number): Float64Array {
    const cells = this.#cells;
    const shift = this.#shift;
    const result = new Float64Array(cells.length >>> shift);
    for (let column = 0; column < result.length; column++) {
      const cell = column << shift;
      result[column] = weight(cells[cell] as number, cells[cell + 1] as number);
    }
    return result;
  }

  #addToWeights(row: number, change: number): void {
    const cells = this.#cells;
    const shift = this.#shift;
    const columns = this.#columns;
    const values = this.#values;
    const end = this.#starts[row + 1] as number;
    for (let at = this.#starts[row] as number; at < end; at++) {
      const cell = (columns[at] as number) << shift;
      cells[cell] = (cells[cell] as number) + (values === undefined ? 1 : (values[at] as number)) * change;
    }
  }

  #addToBoth(row: number, change: number): void {
    const cells = this.#cells;
    const shift = this.#shift;
    const columns = this.#columns;
    const values = this.#values;
    const end = this.#starts[row + 1] as number;
    const owedChange = this.#scaleSum * change;
    for (let at = this.#starts[row] as number; at < end; at++) {
      const cell = (columns[at] as number) << shift;
      const value = values === undefined ? 1 : (values[at] as number);
      cells[cell] = (cells[cell] as number) + value * change;
      cells[cell + 1] = (cells[cell + 1] as number) + value * owedChange;
    }
  }

  #takeNorms(row: number): void {
    const cells = this.#cells;
    const shift = this.#shift;
    const columns = this.#columns;
    const scale = this.#scale;
    const end = this.#starts[row + 1] as number;
    let squares = 0;
    let absolutes = 0;
    for (let at = this.#starts[row] as number; at < end; at++) {
      const value = cells[(columns[at] as number) << shift] as number;
      squares += value * value;
      absolutes += Math.abs(value);
    }
    this.#squares = squares * scale * scale;
    this.#absolutes = absolutes * scale;
  }

  /** Before the scale vanishes, multiplies it into v, with the sum so far moved into `owed`. */
  #foldScale(): void {
    const cells = this.#cells;
    const width = 1 << this.#shift;
    for (let cell = 0; cell < cells.length; cell += width) {
      const value = cells[cell] as number;
      if (this.#average) cells[cell + 1] = (cells[cell + 1] as number) - this.#scaleSum * value;
      cells[cell] = value * this.#scale;
    }
    this.#scaleSum = 0;
    this.#scale = 1;
  }
}
