import { RequestError } from '../errors.ts';
import { lineTypes, parseMediaType } from './content-type.ts';
import type { JsonLayout } from './sniff-json.ts';

/** How the records of a response are written, and the Content-Type that says so. */
export interface ResponseFormat {
  readonly contentType: string;
  readonly encoding: 'json' | 'csv';
  readonly envelope: JsonLayout;
}

/**
 * Chooses the response's format by the Accept header: the type with the highest weight, then the one named most
 * exactly, then the one named first. A wildcard, or no header, means the input's own kind where it may.
 */
export function negotiate(
  accept: string | undefined,
  input: JsonLayout | 'csv',
  inputContentType: string,
): ResponseFormat {
  const ranges = parseAccept(accept ?? '');
  const own = ownType(input, inputContentType);
  const best = [...new Set([own, ...producible])]
    .map((type) => ({ type, range: mostExact(ranges, type) }))
    .filter((offer): offer is { type: string; range: Range } => offer.range !== undefined && offer.range.weight > 0)
    .reduce<{ type: string; range: Range } | undefined>(
      (a, b) => (a && !precedes(b.range, a.range) ? a : b),
      undefined,
    );
  if (best) return formatAs(best.type, input);
  throw new RequestError(
    'NOT_ACCEPTABLE',
    `none of the types in Accept ${JSON.stringify(accept)} can be produced; expected ${producible.join(', ')} or */*`,
  );
}

/** Throws what `negotiate` would, before the body is read: every kind of input can be answered in every type. */
export function assertAcceptable(accept: string | undefined): void {
  negotiate(accept, 'lines', 'application/json');
}

interface Range {
  readonly type: string;
  /** 3 for type/subtype, 2 for type/*, 1 for any */
  readonly exactness: number;
  readonly weight: number;
  readonly place: number;
}

// JSON lines before application/json: for CSV input under `application/*` they name what is sent more honestly.
const producible = [...lineTypes, 'application/json', 'text/csv'];

function ownType(input: JsonLayout | 'csv', inputContentType: string): string {
  if (input === 'csv') return 'text/csv';
  if (input !== 'lines' || parseMediaType(inputContentType)?.essence === 'application/json') return 'application/json';
  return 'application/jsonlines';
}

function formatAs(contentType: string, input: JsonLayout | 'csv'): ResponseFormat {
  if (contentType === 'text/csv') return { contentType, encoding: 'csv', envelope: 'lines' };
  const document = contentType === 'application/json' && input !== 'csv';
  return { contentType, encoding: 'json', envelope: document ? input : 'lines' };
}

/** A part that is not a media range is skipped: it names nothing that could be sent. */
function parseAccept(accept: string): Range[] {
  if (accept.trim() === '') return [{ type: '*/*', exactness: 1, weight: 1, place: 0 }];
  return splitList(accept).flatMap((text, place) => {
    // Java's HttpURLConnection sends `*; q=.2`, meaning */*.
    const parsed = parseMediaType(text.replace(/^\*(?=\s*(;|$))/, '*/*'));
    if (!parsed) return [];
    const exactness = parsed.type === '*' ? 1 : parsed.subtype === '*' ? 2 : 3;
    return [{ type: parsed.essence, exactness, weight: parseWeight(parsed.params.get('q')), place }];
  });
}

/** The parts of a comma list; a comma within quotes does not separate. */
function splitList(list: string): string[] {
  return (list.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/g) ?? []).map((part) => part.trim());
}

/** A weight that is not a number from 0 to 1 counts as 1: who names a type can read it, and the weight only ranks. */
function parseWeight(q: string | null): number {
  return q !== null && /^(0?\.\d+|[01](\.\d*)?)$/.test(q.trim()) ? Math.min(Number(q), 1) : 1;
}

/** The range that decides about a type: `text/*;q=1, text/csv;q=0` excludes text/csv. */
function mostExact(ranges: Range[], type: string): Range | undefined {
  const wildcard = `${type.slice(0, type.indexOf('/'))}/*`;
  return ranges
    .filter((range) => range.type === type || range.type === wildcard || range.type === '*/*')
    .reduce<Range | undefined>((a, b) => (a && a.exactness >= b.exactness ? a : b), undefined);
}

function precedes(a: Range, b: Range): boolean {
  return (a.weight - b.weight || a.exactness - b.exactness || b.place - a.place) > 0;
}
