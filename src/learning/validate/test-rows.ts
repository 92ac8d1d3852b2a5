import type { OpenStore } from '../../storage/open-store.ts';
import { type DataSettings, sliceNames } from '../data/data-settings.ts';
import { type DataSummary, type LabelledRow, openRows } from '../data/read-rows.ts';
import type { Parameters } from '../parameters/schema.ts';
import { contentOf } from '../train/load-data.ts';
import { splitForTest } from '../train/split-data.ts';

export interface TestRows {
  /** The rows that training held back, or those of `data.test`. */
  rows(): AsyncGenerator<LabelledRow>;
  readonly summary: DataSummary;
  readonly count: number;
  /** Of a row's `slices`. */
  readonly sliceNames: readonly string[];
}

/** The rows that a model of these parameters was not made of. Reads the data once, for its labels. */
export async function openTestRows(
  parameters: Parameters,
  options: { readonly openStore: OpenStore; readonly signal: AbortSignal },
): Promise<TestRows> {
  const { data, input } = parameters;
  const settings: DataSettings = { ...data, id: data.id ?? input.id, files: data.test ?? data.train };
  const source = openRows(settings, { ...options, contentOf: contentOf(input) });
  const labels: number[] = [];
  for await (const piece of source.rows()) for (const { label } of piece) labels.push(label);
  const summary = await source.summary();
  const found = { labels: Int32Array.from(labels), classes: summary.classes, trainRows: labels.length };
  const chosen = data.test ? undefined : new Set(splitForTest(parameters, found).test);
  return {
    summary,
    count: chosen?.size ?? labels.length,
    sliceNames: sliceNames(settings),
    async *rows() {
      for await (const piece of source.rows()) for (const row of piece) if (!chosen || chosen.has(row.index)) yield row;
    },
  };
}
