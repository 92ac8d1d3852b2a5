import type { OpenStore } from '../../storage/open-store.ts';
import { rowError } from '../data/data-error.ts';
import type { DataSettings } from '../data/data-settings.ts';
import { type DataSummary, type LabelledRow, openRows } from '../data/read-rows.ts';
import { createHashCollector, type RowHashes } from '../data/row-hashes.ts';
import { TermCounter, type TermCounts } from '../features/count-terms.ts';
import { countingKey, type FeatureSettings } from '../features/settings.ts';
import type { Parameters } from '../parameters/schema.ts';

/** All rows of the data: those to train with first, then those of files that are for the test alone. */
export interface LoadedData {
  /** By `countingKey` of the features. */
  readonly counts: ReadonlyMap<string, TermCounts>;
  /** Class indices. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Of what the model reads of each row, and where the row stands. */
  readonly hashes: RowHashes;
  /** How many rows come from `data.train`. */
  readonly trainRows: number;
  readonly summary: DataSummary;
  readonly testSummary: DataSummary | undefined;
}

export interface LoadOptions {
  readonly openStore: OpenStore;
  readonly signal: AbortSignal;
  /** Told how many rows have been read. */
  readonly onRows?: (rows: number) => void;
}

/**
 * Reads the data once and counts its terms, once for all features that count alike.
 * @throws BatchlineError INVALID_INPUT that names file, line and field
 */
export async function loadData(
  { data, input }: Parameters,
  features: readonly FeatureSettings[],
  options: LoadOptions,
): Promise<LoadedData> {
  const counters = new Map(features.map((settings) => [countingKey(settings), new TermCounter(settings)]));
  const rows = createHashCollector();
  let read = 0;
  const readAll = async (settings: DataSettings): Promise<DataSummary> => {
    const source = openRows(settings, { ...options, contentOf: contentOf(input) });
    for await (const piece of source.rows()) {
      for (const row of piece) {
        count(row, counters);
        rows.add(row);
      }
      read += piece.length;
      options.onRows?.(read);
    }
    return await source.summary();
  };
  const common = { ...data, id: data.id ?? input.id };
  const summary = await readAll({ ...common, files: data.train });
  const trainRows = read;
  const { classes } = summary;
  const testSummary = data.test && (await readAll({ ...common, files: data.test, labels: data.labels ?? classes }));
  const hashes = rows.finish();
  const labels = new Int32Array(new SharedArrayBuffer(4 * hashes.rows));
  labels.set(hashes.labels);
  return {
    counts: new Map([...counters].map(([key, counter]) => [key, counter.finish()])),
    labels,
    hashes,
    classes,
    trainRows,
    summary,
    testSummary,
  };
}

function count(row: LabelledRow, counters: ReadonlyMap<string, TermCounter>): void {
  for (const counter of counters.values()) {
    try {
      counter.add(row.record as never);
    } catch (error) {
      throw rowError(row, error);
    }
  }
}

/** What the model reads of a record, in one text. */
export function contentOf(input: Parameters['input']): (record: LabelledRow['record']) => string {
  const paths = [...input.text.map(({ path }) => path), ...input.features];
  const keys = paths.map((path) => /^(?:\$\.)?([^.[\]]+)$/.exec(path)?.[1]);
  // A path into the depth is read whole from its first key: what differs there may matter.
  const tops = paths.map((path, index) => keys[index] ?? /^\$\.?\[?'?([^.[\]']+)/.exec(path)?.[1] ?? path);
  const distinct = [...new Set(tops)];
  return (record) => JSON.stringify(distinct.map((key) => record[key]));
}
