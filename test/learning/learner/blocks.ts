import type { SparseBlock } from '../../../src/learning/sparse-block.ts';
import type { SparseRow } from '../../../src/models/text/vectorizer.ts';

/** Rows given as all their values: dense ones keep the zeros. */
export function blockOf(rows: readonly (readonly number[])[], { dense = false } = {}): SparseBlock {
  return packRows(
    rows.map((row) => {
      const columns = [...row.keys()].filter((column) => dense || row[column] !== 0);
      return { columns, values: columns.map((column) => row[column] as number) };
    }),
  );
}

export function packRows(rows: readonly SparseRow[]): SparseBlock {
  const starts = new Uint32Array(rows.length + 1);
  for (const [index, { columns }] of rows.entries()) starts[index + 1] = (starts[index] as number) + columns.length;
  const plain = rows.every(({ values }) => values === undefined);
  return {
    rows: rows.length,
    starts,
    columns: Uint32Array.from(rows.flatMap(({ columns }) => columns)),
    values: plain ? undefined : Float64Array.from(rows.flatMap(({ values }) => values ?? [])),
  };
}
