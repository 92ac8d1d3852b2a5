import { readFile } from 'node:fs/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { ArrayLayout } from './schema.ts';

const types = { float64: Float64Array, float32: Float32Array, uint32: Uint32Array, uint8: Uint8Array };
type Dtype = keyof typeof types;
type TypedArray<Name extends Dtype> = InstanceType<(typeof types)[Name]>;

/** A weights file, whose arrays are read by their layout in model.json. */
export interface WeightsFile {
  readonly file: string;
  /** @returns a copy in shared memory, so that a layout need not align its arrays */
  read<Name extends Dtype>(name: string, layout: ArrayLayout & { dtype: Name }): TypedArray<Name>;
}

/** @throws BatchlineError INVALID_MODEL when the file is not as long as its arrays need */
export async function openWeights(
  file: string,
  layouts: Readonly<Record<string, ArrayLayout | undefined>>,
): Promise<WeightsFile> {
  const bytes = await readBytes(file);
  checkSizes(file, bytes.length, layouts);
  return {
    file,
    read<Name extends Dtype>(name: string, layout: ArrayLayout & { dtype: Name }) {
      const copy = new Uint8Array(new SharedArrayBuffer(byteLength(layout)));
      copy.set(bytes.subarray(layout.offset, layout.offset + copy.length));
      const array = new (types[layout.dtype] as Float64ArrayConstructor)(copy.buffer);
      const notFinite = layout.dtype.startsWith('float') ? array.findIndex((value) => !Number.isFinite(value)) : -1;
      if (notFinite >= 0) {
        invalid(file, `array "${name}": expected finite numbers, received ${array[notFinite]} at index ${notFinite}`);
      }
      return array as unknown as TypedArray<Name>;
    },
  };
}

export function invalid(file: string, message: string): never {
  throw new BatchlineError('INVALID_MODEL', `${file}: ${message}`);
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BatchlineError('INVALID_MODEL', `${file}: ${missing ? 'no such file' : messageOf(error)}`, {
      cause: error,
    });
  }
}

function checkSizes(file: string, size: number, layouts: Readonly<Record<string, ArrayLayout | undefined>>): void {
  let end = 0;
  for (const [name, layout] of Object.entries(layouts)) {
    if (layout === undefined) continue;
    const { dtype, shape, offset } = layout;
    const expected = byteLength(layout);
    if (offset + expected > size) {
      const received = Math.max(0, size - offset);
      const what = `expected ${expected} bytes at offset ${offset} for ${dtype} [${shape.join(', ')}]`;
      invalid(file, `array "${name}": ${what}, received ${received} (the file has ${size})`);
    }
    end = Math.max(end, offset + expected);
  }
  if (end !== size) invalid(file, `expected ${end} bytes in all for the arrays of model.json, received ${size}`);
}

function byteLength({ dtype, shape }: ArrayLayout): number {
  return shape.reduce((product, length) => product * length, types[dtype].BYTES_PER_ELEMENT);
}
