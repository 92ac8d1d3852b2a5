import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ArrayLayout, linearTextDescription } from '../models/linear-text/schema.ts';
import type { AnalyzerSettings } from '../models/text/analyzer-settings.ts';

/** What a fitted linear-text model is made of, before it is written. */
export interface FittedLinearText {
  /** The keys of model.json that do not follow from the arrays. */
  readonly description: Omit<z.input<typeof linearTextDescription>, 'format' | 'version' | 'arrays' | 'analyzer'> & {
    readonly analyzer?: Partial<AnalyzerSettings>;
  };
  /** A row for each decision; text columns first, then numeric features. */
  readonly coef: readonly (readonly number[])[];
  readonly intercept: readonly number[];
  readonly idf?: readonly number[] | undefined;
  /** A vocabulary's terms in the order of their columns. */
  readonly terms?: readonly string[] | undefined;
}

/** Writes the model folder, model.json and weights.bin; the same model gives the same bytes. */
export async function writeLinearText(dir: string, model: FittedLinearText): Promise<void> {
  const { weights, arrays } = packArrays(model);
  const { name, ...rest } = model.description;
  const content = { format: 'linear-text', ...rest, arrays };
  const version = createHash('sha256').update(weights).update(JSON.stringify(content)).digest('hex').slice(0, 16);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'weights.bin'), weights);
  await writeFile(join(dir, 'model.json'), formatJson({ name, version, ...content }));
}

function packArrays({ coef, intercept, idf, terms }: FittedLinearText) {
  const parts: Buffer[] = [];
  const arrays: Record<string, ArrayLayout> = {};
  let offset = 0;
  const put = (name: string, dtype: ArrayLayout['dtype'], shape: number[], typed: ArrayBufferView) => {
    arrays[name] = { dtype, shape, offset } as ArrayLayout;
    parts.push(Buffer.from(typed.buffer, typed.byteOffset, typed.byteLength));
    offset += typed.byteLength;
  };
  put('coef', 'float64', [coef.length, coef[0]?.length ?? 0], Float64Array.from(coef.flat()));
  put('intercept', 'float64', [intercept.length], Float64Array.from(intercept));
  if (idf) put('idf', 'float64', [idf.length], Float64Array.from(idf));
  if (terms) {
    const encoded = terms.map((term) => Buffer.from(term));
    const offsets = new Uint32Array(terms.length + 1);
    for (const [index, bytes] of encoded.entries()) offsets[index + 1] = (offsets[index] as number) + bytes.length;
    put('term_offsets', 'uint32', [offsets.length], offsets);
    const bytes = Buffer.concat(encoded);
    put('terms', 'uint8', [bytes.length], bytes);
  }
  return { weights: Buffer.concat(parts), arrays };
}

/** JSON for people: indented, but an array of plain values on one line. */
function formatJson(value: unknown): string {
  const indented = JSON.stringify(value, null, 2);
  const plainArray = /\[\n\s+([^[\]{}]*?)\n\s+\]/g;
  return `${indented.replace(plainArray, (_, items: string) => `[${items.replace(/,\n\s+/g, ', ')}]`)}\n`;
}
