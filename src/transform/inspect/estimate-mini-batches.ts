import type { InspectSettings } from './facts.ts';

const mebibyte = 1024 * 1024;

/** The largest body of a request; Infinity for MaxPayloadInMB 0. */
export function maxBytesOf({ maxPayloadInMB }: InspectSettings): number {
  return maxPayloadInMB === 0 ? Infinity : maxPayloadInMB * mebibyte;
}

/** How many requests an object becomes. Of MultiRecord an estimate: at its end a mini-batch lacks half a record. */
export function estimateMiniBatches(
  { bytes, records }: { readonly bytes: number; readonly records: number },
  settings: InspectSettings,
): number {
  if (bytes === 0) return 0;
  if (settings.splitType === 'None') return 1;
  if (settings.batchStrategy === 'SingleRecord') return records;
  const most = maxBytesOf(settings);
  if (most >= bytes) return 1;
  const average = bytes / records;
  return Math.min(records, Math.ceil(bytes / Math.max(average, most - average / 2)));
}
