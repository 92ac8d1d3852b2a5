/**
 * Rows of a matrix one after the other, each with its non-zero columns in ascending order (compressed sparse rows). The
 * arrays lie in shared memory where workers are to read them.
 */
export interface SparseBlock {
  readonly rows: number;
  /** Of row i: `columns` and `values` from starts[i] to starts[i + 1]; rows + 1 long. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  /** Undefined where every value is 1. */
  readonly values: Float64Array | undefined;
}
