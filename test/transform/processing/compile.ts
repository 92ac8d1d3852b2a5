import { compileProcessing, type ProcessingOptions } from '../../../src/transform/processing/compile-processing.ts';
import type { Processing } from '../../../src/transform/processing/processing.ts';

export const assumptions = { 'slice-end': 'exclusive', 'multi-range': 'refuse', 'sort-keys': 'joined' } as const;

export interface Compiled {
  filterInput(miniBatch: string | Buffer): string;
  finish(miniBatch: string | Buffer, reply: string | Buffer): string;
}

/** The same over texts, with a character for each byte. */
export function compile(
  [InputFilter, JoinSource, OutputFilter]: readonly [string, 'Input' | 'None', string],
  type: 'csv' | 'lines' | 'jsonLine' | 'document',
  changed: Partial<ProcessingOptions['assumptions']> = {},
): Compiled {
  const contentType = { csv: 'text/csv', lines: 'application/jsonlines' }[type as string] ?? 'application/json';
  const form = type === 'document' ? 'None' : 'Line';
  const processing = compileProcessing(
    { InputFilter, JoinSource, OutputFilter },
    {
      contentType,
      accept: contentType,
      splitType: form,
      assembleWith: form,
      assumptions: { ...assumptions, ...changed },
    },
  ) as Processing;
  return {
    filterInput: (miniBatch) => processing.filterInput(Buffer.from(miniBatch)).toString(),
    finish: (miniBatch, reply) => processing.finish(Buffer.from(miniBatch), Buffer.from(reply)).toString(),
  };
}
