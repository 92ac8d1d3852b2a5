import type { SparseBlock } from '../sparse-block.ts';
import type { LinearFit } from './settings.ts';

/** The decisions of several fits on rows of a block (default: all), row by row: that of fit f on row r is at r · fits + f. */
export function decisions(block: SparseBlock, fits: readonly LinearFit[], rows?: Uint32Array): Float64Array {
  const count = rows?.length ?? block.rows;
  const result = new Float64Array(count * fits.length);
  for (const [position, fit] of fits.entries()) {
    for (let index = 0; index < count; index++) {
      result[index * fits.length + position] = decide(block, fit, rows === undefined ? index : (rows[index] as number));
    }
  }
  return result;
}

/** Columns beyond the fit's have no weight. */
function decide({ starts, columns, values }: SparseBlock, { coef, intercept }: LinearFit, row: number): number {
  const end = starts[row + 1] as number;
  let sum = intercept;
  for (let at = starts[row] as number; at < end; at++) {
    sum += (coef[columns[at] as number] ?? 0) * (values === undefined ? 1 : (values[at] as number));
  }
  return sum;
}
