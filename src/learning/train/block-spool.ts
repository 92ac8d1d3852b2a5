import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shuffle } from '../random.ts';
import type { SparseBlock } from '../sparse-block.ts';

/** Rows with their classes. */
export interface LabelledBlock {
  readonly block: SparseBlock;
  readonly labels: Int32Array;
}

/** Blocks on disk, to be read again epoch after epoch: reading them costs a tenth of making them from the data. */
export interface BlockSpool {
  append(block: LabelledBlock): Promise<void>;
  /** @param random draws the order of the blocks; without it they come as they were appended */
  blocks(random?: () => number): AsyncGenerator<LabelledBlock>;
  /** Rows in all. */
  readonly rows: number;
  close(): Promise<void>;
}

/** A spool in a folder of its own, which goes when it is closed. */
export async function openBlockSpool(): Promise<BlockSpool> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-blocks-'));
  const file = await open(join(folder, 'blocks'), 'w+', 0o600);
  const places: { readonly rows: number; readonly length: number; readonly plain: boolean; readonly at: number }[] = [];
  let [end, rows] = [0, 0];
  const write = async (array: ArrayBufferView): Promise<void> => {
    const { bytesWritten } = await file.write(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      0,
      array.byteLength,
      end,
    );
    if (bytesWritten !== array.byteLength) throw new Error(`the disk of ${folder} is full`);
    end += bytesWritten;
  };
  const read = async <T extends ArrayBufferView>(array: T, at: number): Promise<T> => {
    await file.read(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 0, array.byteLength, at);
    return array;
  };
  return {
    async append({ block, labels }) {
      const { values } = block;
      places.push({ rows: block.rows, length: block.columns.length, plain: values === undefined, at: end });
      rows += block.rows;
      for (const array of [block.starts, block.columns, labels, ...(values ? [values] : [])]) await write(array);
    },
    async *blocks(random) {
      const order = Uint32Array.from(places.keys());
      if (random) shuffle(order, random);
      for (const index of order) {
        const { rows: count, length, plain, at } = places[index] as (typeof places)[number];
        const starts = await read(new Uint32Array(count + 1), at);
        const columns = await read(new Uint32Array(length), at + 4 * (count + 1));
        const labels = await read(new Int32Array(count), at + 4 * (count + 1 + length));
        const values = plain ? undefined : await read(new Float64Array(length), at + 4 * (2 * count + 1 + length));
        yield { block: { rows: count, starts, columns, values }, labels };
      }
    },
    get rows() {
      return rows;
    },
    async close() {
      await file.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
