import { RecordError } from '../errors.ts';
import type { KeyedPrediction, OutputKey, Prediction } from '../models/prediction.ts';
import type { JsonValue } from '../records/json-value.ts';
import type { LineFormat } from './messages.ts';

/** Writes output records as text, each with its separator. */
export interface Encoder {
  /** @throws RecordError INVALID_PREDICTION when the model's answer has no JSON or CSV form */
  line(id: JsonValue | undefined, prediction: Prediction): string;
  /** An error line in two parts, because only the main thread knows the record's number, which goes between them. */
  errorLine(id: JsonValue | undefined, error: RecordError): readonly [before: string, after: string];
}

export function createEncoder(format: LineFormat): Encoder {
  return format.encoding === 'json' ? jsonEncoder(format) : csvEncoder(format);
}

function jsonEncoder({ keys, separator, withId }: LineFormat): Encoder {
  return {
    line:
      keys === 'json'
        ? (id, value) => jsonValue(withId ? id : undefined, value) + separator
        : keyedJson(keys, separator, withId),
    errorLine(id, { code, message }) {
      const head = withId ? `{"id":${JSON.stringify(id ?? null)},` : '{';
      return [`${head}"error":{"code":"${code}","message":${JSON.stringify(message)},"record":`, `}}${separator}`];
    },
  };
}

function keyedJson(keys: readonly OutputKey[], separator: string, withId: boolean): Encoder['line'] {
  const members = keys.map((key, index) => ({ key, head: `${index > 0 || withId ? ',' : '{'}"${key}":` }));
  return (id, prediction) => {
    let line = withId ? `{"id":${JSON.stringify(id ?? null)}` : '';
    for (const { key, head } of members) line += head + scalarJson(keyed(key, prediction));
    return `${line}}${separator}`;
  };
}

function keyed(key: OutputKey, prediction: Prediction): JsonValue {
  const value = (prediction as KeyedPrediction | null)?.[key];
  if (value !== undefined) return value;
  throw new RecordError('INVALID_PREDICTION', `expected a prediction with "${key}", received one without it`);
}

/** JSON.stringify, but for what it would turn into null, and quicker for labels. */
function scalarJson(value: JsonValue): string {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return JSON.stringify(value); // String() looks in a cache first, in vain
    throw new RecordError('INVALID_PREDICTION', `expected a finite number, received ${value}`);
  }
  return typeof value === 'string' ? stringJson(value) : JSON.stringify(value);
}

const knownStrings = new Map<string, string>();
const mostKnownStrings = 100;

/** Labels repeat, and are few; ids do not, and would only fill the map. */
function stringJson(text: string): string {
  const known = knownStrings.get(text);
  if (known !== undefined) return known;
  const json = JSON.stringify(text);
  if (knownStrings.size < mostKnownStrings) knownStrings.set(text, json);
  return json;
}

/** Any value that a handler returned, with the id in front of an object's members. */
function jsonValue(id: JsonValue | undefined, value: Prediction): string {
  let json: string | undefined;
  try {
    json = typeof value === 'number' ? scalarJson(value) : JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    throw new RecordError(
      'INVALID_PREDICTION',
      `expected a value that JSON can hold, received one that it cannot (${(cause as Error).name})`,
    );
  }
  if (json === undefined)
    throw new RecordError('INVALID_PREDICTION', `expected a JSON value, received ${typeof value}`);
  if (id === undefined || !json.startsWith('{')) return json;
  return json === '{}' ? `{"id":${JSON.stringify(id)}}` : `{"id":${JSON.stringify(id)},${json.slice(1)}`;
}

function csvEncoder({ keys, separator, withId }: LineFormat): Encoder {
  const idCells = (id: JsonValue | undefined) => (withId ? [id ?? ''] : []);
  const emptyCells = ','.repeat((keys === 'json' ? 1 : keys.length) - 1 + (withId ? 1 : 0));
  return {
    line(id, prediction) {
      const cells = keys === 'json' ? handlerCells(prediction) : keys.map((key) => keyed(key, prediction));
      return [...idCells(id), ...cells].map(csvCell).join(',') + separator;
    },
    errorLine: (_id, { code }) => [`ERROR:${code}${emptyCells}${separator}`, ''],
  };
}

/** A handler's answer as a row: an array's elements, an object's values, or the one value. */
function handlerCells(value: Prediction): JsonValue[] {
  if (value === undefined) throw new RecordError('INVALID_PREDICTION', 'expected a value, received undefined');
  if (Array.isArray(value)) return value;
  return value !== null && typeof value === 'object' ? Object.values(value as KeyedPrediction) : [value as JsonValue];
}

function csvCell(value: JsonValue): string {
  const text = typeof value === 'string' ? value : value === null ? '' : scalarJson(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
