import { parseContentType } from '../../records/content-type.ts';
import type { Content } from './check-block.ts';
import type { InspectSettings } from './facts.ts';

/** What records of a type look like; `bytes` for types, and binary splits, that are not looked into. */
export function contentOf(contentType: string, { splitType }: InspectSettings): Content {
  if (splitType === 'RecordIO' || splitType === 'TFRecord') return 'bytes';
  try {
    return parseContentType(contentType, undefined).kind === 'csv' ? 'csv' : 'json';
  } catch {
    return 'bytes'; // another container may take it
  }
}

/** Whether the type says that the first row of each request holds names. */
export function headerIsPresent(contentType: string | undefined): boolean {
  try {
    return contentType !== undefined && parseContentType(contentType, undefined).header === 'present';
  } catch {
    return false;
  }
}
