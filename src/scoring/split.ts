import { splitCsv } from '../records/csv.ts';
import type { FramingKind, Splitter } from '../records/framing.ts';
import { splitArray } from '../records/json-array.ts';
import { splitLines } from '../records/lines.ts';

/** The splitter that goes with a body's cutter. */
export function splitterOf(kind: FramingKind, maxRecordBytes: number): Splitter {
  switch (kind) {
    case 'lines':
      return splitLines;
    case 'csv':
      return splitCsv(maxRecordBytes);
    case 'array':
      return splitArray;
  }
}
