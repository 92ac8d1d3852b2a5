import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BatchlineError, messageOf } from '../../errors.ts';

const priceTable = z.strictObject({
  /** The day on which the prices were noted, yyyy-mm-dd. */
  asOf: z.iso.date(),
  region: z.string().min(1),
  currency: z.string().min(1),
  source: z.string().min(1),
  instances: z
    .array(
      z.strictObject({
        type: z.string().min(1),
        vCpus: z.int().positive(),
        memoryGiB: z.number().positive(),
        perHour: z.number().nonnegative(),
      }),
    )
    .min(1),
});

/** What instances cost, where and when. */
export type PriceTable = z.infer<typeof priceTable>;

/** On-demand prices of batch transform. AWS changes them without notice and they differ by region: hence `--prices`. */
export const knownPrices: PriceTable = {
  asOf: '2026-11-22',
  region: 'us-east-1',
  currency: 'USD',
  source: 'several public copies of the SageMaker on-demand price list that agree; not read from AWS itself',
  instances: [
    { type: 'ml.m5.large', vCpus: 2, memoryGiB: 8, perHour: 0.115 },
    { type: 'ml.m5.xlarge', vCpus: 4, memoryGiB: 16, perHour: 0.23 },
    { type: 'ml.m5.2xlarge', vCpus: 8, memoryGiB: 32, perHour: 0.461 },
    { type: 'ml.m5.4xlarge', vCpus: 16, memoryGiB: 64, perHour: 0.922 },
    { type: 'ml.m5.12xlarge', vCpus: 48, memoryGiB: 192, perHour: 2.765 },
    { type: 'ml.m5.24xlarge', vCpus: 96, memoryGiB: 384, perHour: 5.53 },
    { type: 'ml.c5.xlarge', vCpus: 4, memoryGiB: 8, perHour: 0.204 },
    { type: 'ml.c5.2xlarge', vCpus: 8, memoryGiB: 16, perHour: 0.408 },
    { type: 'ml.c5.4xlarge', vCpus: 16, memoryGiB: 32, perHour: 0.816 },
    { type: 'ml.c5.9xlarge', vCpus: 36, memoryGiB: 72, perHour: 1.836 },
  ],
};

/** Reads a table in the same form from a file. @throws BatchlineError INVALID_SETTING */
export async function readPrices(file: string): Promise<PriceTable> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw invalid(file, messageOf(error));
  });
  try {
    return priceTable.parse(JSON.parse(text));
  } catch (error) {
    throw invalid(file, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
}

function invalid(file: string, why: string): BatchlineError {
  return new BatchlineError('INVALID_SETTING', `--prices ${file}: ${why}`);
}
