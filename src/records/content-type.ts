import { extname } from 'node:path';
import { MIMEType } from 'node:util';
import { RequestError } from '../errors.ts';

/** What a Content-Type says of a body; `json` is still to be sniffed, see `sniffJson`. */
export interface BodyType {
  readonly kind: 'json' | 'lines' | 'csv';
  /** the media type in lower case, without parameters */
  readonly contentType: string;
  /** CSV only: whether the first row holds column names */
  readonly header: 'present' | 'absent';
}

/** The media types that mean one JSON value a line. The first is the one we name when the choice is ours. */
export const lineTypes: readonly string[] = [
  'application/jsonlines',
  'application/x-ndjson',
  'application/jsonl',
  'application/x-jsonlines',
];

const charsets = ['utf-8', 'utf8', 'us-ascii'];
const accepted = `application/json, ${lineTypes.join(', ')} or text/csv (header=present or absent), with charset utf-8 or us-ascii if any`;

/**
 * Reads a Content-Type header; without one, `fallback` counts, and without that application/json. Parameters that we
 * do not know (`verbose=True` of SageMaker's own clients) are ignored.
 */
export function parseContentType(header: string | undefined, fallback: string | undefined): BodyType {
  const text = header?.trim() || fallback?.trim() || 'application/json';
  const type = parseMediaType(text);
  const kind = type && kindOf(type.essence);
  if (!type || !kind) throw unsupported(`Content-Type ${JSON.stringify(text)} is not supported`);
  const charset = type.params.get('charset')?.toLowerCase();
  if (charset !== undefined && !charsets.includes(charset)) {
    throw unsupported(`charset ${JSON.stringify(charset)} in Content-Type is not supported`);
  }
  return { kind, contentType: type.essence, header: kind === 'csv' ? csvHeader(type) : 'absent' };
}

/** A media type with its parameters, or undefined where the text is not one. */
export function parseMediaType(text: string): MIMEType | undefined {
  try {
    return new MIMEType(text);
  } catch {
    return undefined;
  }
}

/**
 * The type of a multipart file: a supported one that the part names; for the types that clients send when they do not
 * know, the one of the file's extension; otherwise none.
 */
export function typeOfFile(contentType: string | undefined, filename: string | undefined): string | undefined {
  const named = contentType?.trim() || 'application/octet-stream';
  const essence = parseMediaType(named)?.essence;
  if (essence === undefined) return undefined;
  if (kindOf(essence)) return named;
  if (essence !== 'application/octet-stream' && essence !== 'text/plain') return undefined;
  return typeOfExtension(filename ?? '');
}

/** What a file's extension says of its type, if it says anything. */
export function typeOfExtension(filename: string): string | undefined {
  return typesByExtension.get(extname(filename).toLowerCase());
}

const typesByExtension = new Map([
  ['.csv', 'text/csv'],
  ['.jsonl', 'application/jsonlines'],
  ['.ndjson', 'application/jsonlines'],
  ['.json', 'application/json'],
]);

function kindOf(essence: string): BodyType['kind'] | undefined {
  if (essence === 'application/json') return 'json';
  if (essence === 'text/csv') return 'csv';
  return lineTypes.includes(essence) ? 'lines' : undefined;
}

function csvHeader(type: MIMEType): 'present' | 'absent' {
  const header = type.params.get('header')?.toLowerCase() ?? 'absent';
  if (header === 'present' || header === 'absent') return header;
  throw unsupported(`header=${JSON.stringify(header)} in Content-Type is not supported`);
}

function unsupported(problem: string): RequestError {
  return new RequestError('UNSUPPORTED_MEDIA_TYPE', `${problem}; expected ${accepted}`);
}
