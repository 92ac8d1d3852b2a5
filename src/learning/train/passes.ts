import { rowError } from '../data/data-error.ts';
import type { RowSource } from '../data/read-rows.ts';
import { createTransformer } from '../features/create-transformer.ts';
import type { FittedFeatures } from '../features/fit-features.ts';
import { TermScan } from '../features/scan-terms.ts';
import type { FeatureSettings } from '../features/settings.ts';
import { type BlockSpool, openBlockSpool } from './block-spool.ts';
import type { LoadOptions } from './load-data.ts';
import type { RowPart } from './row-parts.ts';

type PassOptions = Pick<LoadOptions, 'onRows' | 'signal'>;

/** Rows of a block. Each epoch shuffles the blocks, and the rows within them; data that is sorted by its label learns less well. */
const blockRows = 8192;

/** What the training rows teach of their features, once for each of the settings. */
export async function scanTerms(
  source: RowSource,
  settings: readonly FeatureSettings[],
  partOf: (row: number) => RowPart,
  { onRows, signal }: PassOptions,
): Promise<FittedFeatures[]> {
  const scans = settings.map((of) => new TermScan(of));
  let rows = 0;
  for await (const piece of source.rows()) {
    for (const row of piece) {
      if (partOf(row.index) !== 'train') continue;
      for (const each of scans) atRow(row, () => each.add(row.record as never));
    }
    rows += piece.length;
    onRows?.(rows);
    signal.throwIfAborted();
  }
  return scans.map((each) => each.finish());
}

export interface Spools {
  readonly train: BlockSpool;
  readonly validation: BlockSpool;
}

/** The rows of both parts as features, on disk. */
export async function spoolRows(
  source: RowSource,
  fitted: FittedFeatures,
  partOf: (row: number) => RowPart,
  { signal }: PassOptions,
): Promise<Spools> {
  const spools = { train: await openBlockSpool(), validation: await openBlockSpool() };
  const filling = { train: fill(fitted, spools.train), validation: fill(fitted, spools.validation) };
  for await (const piece of source.rows()) {
    for (const row of piece) {
      const part = partOf(row.index);
      if (part !== 'test') await filling[part].add(row);
    }
    signal.throwIfAborted();
  }
  await filling.train.flush();
  await filling.validation.flush();
  return spools;
}

function fill(fitted: FittedFeatures, into: BlockSpool) {
  const transformer = createTransformer(fitted);
  let labels: number[] = [];
  const flush = async (): Promise<void> => {
    if (labels.length > 0) await into.append({ block: transformer.take(), labels: Int32Array.from(labels) });
    labels = [];
  };
  return {
    flush,
    async add(row: {
      readonly record: object;
      readonly label: number;
      readonly file: string;
      readonly line: number;
    }): Promise<void> {
      atRow(row, () => transformer.add(row.record as never));
      labels.push(row.label);
      if (labels.length === blockRows) await flush();
    },
  };
}

function atRow(row: { readonly file: string; readonly line: number }, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw rowError(row, error);
  }
}
