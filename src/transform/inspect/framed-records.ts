import { BatchlineError } from '../../errors.ts';
import type { Cut } from '../splitting/mini-batch.ts';
import { TooLargeError } from '../splitting/mini-batch.ts';
import { singleRecordIo } from '../splitting/record-io.ts';
import { singleTfRecords } from '../splitting/tf-record.ts';
import { maxBytesOf } from './estimate-mini-batches.ts';
import type { FactsGatherer, InspectSettings } from './facts.ts';

const splits: Readonly<Partial<Record<InspectSettings['splitType'], Cut>>> = {
  RecordIO: singleRecordIo,
  TFRecord: singleTfRecords,
};

/** Whether records are binary, with their lengths before them. */
export function isFramed({ splitType }: InspectSettings): boolean {
  return splits[splitType] !== undefined;
}

/** Walks through binary records as a job does, up to the first that would fail it; what they hold is not looked at. */
export async function checkFramedRecords(
  key: string,
  chunks: AsyncIterable<Buffer>,
  { facts, settings }: { readonly facts: FactsGatherer; readonly settings: InspectSettings },
): Promise<{ bytes: number; records: number }> {
  const split = splits[settings.splitType] as Cut;
  const before = facts.records;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    for await (const record of split(counted(), maxBytesOf(settings))) {
      facts.block(key, { records: 1, longest: { index: 0, bytes: record.bytes }, found: {}, columns: [] });
    }
  } catch (error) {
    if (!(error instanceof BatchlineError)) throw error;
    const place = { object: key, line: facts.records - before + 1, why: error.message };
    facts.note(error instanceof TooLargeError ? 'overPayload' : 'brokenFraming', [place]);
  }
  return { bytes, records: facts.records - before };
}
