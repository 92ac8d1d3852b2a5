import { isUtf8 } from 'node:buffer';
import { RecordError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { parseCsvRow } from '../records/csv.ts';
import type { FramingKind } from '../records/framing.ts';
import { explainJson } from '../records/json-error.ts';
import { compileSinglePath } from '../records/json-path.ts';
import type { JsonValue } from '../records/json-value.ts';
import { parseNumberRow } from '../records/number-row.ts';
import { createSpanWalker, type SpanWalker } from '../records/span-walker.ts';
import type { WorkerSetup } from './messages.ts';

/** Bytes of a block in, features and ids out: the one place that knows how a record is encoded. */
export interface Decoder {
  /** The id of the record decoded last: known as soon as the record could be parsed, even if it lacks features. */
  id: JsonValue | undefined;
  /**
   * The model's features of the record `[start, end)`.
   * @throws RecordError
   */
  decode(start: number, end: number): unknown;
}

export type DecodeLimits = Pick<WorkerSetup, 'maxRecordBytes' | 'subBatch'>;

/** A decoder of one block; what follows from the model alone was worked out before. */
export type DecoderFactory = (bytes: Buffer, framing: FramingKind) => Decoder;

/**
 * How a model's records are decoded. One factory serves all blocks of a worker, one block at a time: the decoders share
 * what they keep between records.
 */
export function createDecoderFactory(model: Model, limits: DecodeLimits): DecoderFactory {
  const decodeJson = jsonDecoding(model, limits.subBatch);
  return (bytes, framing) => {
    const check = byteChecker(bytes, limits.maxRecordBytes);
    const decoder: Decoder = {
      id: undefined,
      decode:
        framing === 'csv'
          ? (start, end) => {
              check(start, end);
              return model.read(parseCsvRow(textOf(bytes, start, end)));
            }
          : (start, end) => {
              decoder.id = undefined;
              check(start, end);
              return decodeJson(bytes, start, end, decoder);
            },
    };
    return decoder;
  };
}

type JsonDecoding = (bytes: Buffer, start: number, end: number, decoder: Decoder) => unknown;

/** The ordinary way, by JSON.parse, and before it the shortest way that the model and the record allow. */
function jsonDecoding(model: Model, subBatch: number): JsonDecoding {
  const readId = idReader(model);
  const parse: JsonDecoding = (bytes, start, end, decoder) => {
    const record = parseJson(textOf(bytes, start, end));
    decoder.id = readId(record);
    return model.read(record);
  };
  const { format, input } = model.description;
  if (format === 'handler') return parse; // it is given whole records, and may keep them
  if (input.text.length === 0) return rowDecoding(model, subBatch, parse);
  const walker = input.features.length === 0 ? createSpanWalker(input) : undefined;
  return walker === undefined ? parse : spanDecoding(model, walker, parse);
}

/**
 * A model of numbers alone is mostly sent rows of numbers: no need to make a string of them first, nor arrays, which
 * would be most of the garbage. A row is used again when its sub-batch has been predicted.
 */
function rowDecoding(model: Model, subBatch: number, parse: JsonDecoding): JsonDecoding {
  const columns = model.description.input.features.length;
  // Filled with fractions, so that V8 stores doubles from the start.
  const rows = Array.from({ length: subBatch }, () => Array.from({ length: columns }, () => 0.5));
  let next = 0;
  return (bytes, start, end, decoder) => {
    const row = rows[next] as number[];
    if (!parseNumberRow(bytes, start, end, row)) return parse(bytes, start, end, decoder);
    next = (next + 1) % subBatch;
    return model.read(row);
  };
}

/** A model of texts alone: from the bytes of the texts, whatever else the record holds. */
function spanDecoding(model: Model, walker: SpanWalker, parse: JsonDecoding): JsonDecoding {
  const { spans } = walker;
  let inVain = 0;
  return (bytes, start, end, decoder) => {
    // Where no record is ordinary, looking at each twice would cost a fifth: then only some are tried.
    if ((inVain < 8 || inVain % 16 === 0) && walker.walk(bytes, start, end)) {
      inVain = 0;
      decoder.id = spans.id();
      return model.read(spans);
    }
    inVain++;
    return parse(bytes, start, end, decoder);
  };
}

/** Checks what holds for the bytes of every record: neither too long, nor invalid UTF-8, which is never replaced. */
function byteChecker(bytes: Buffer, maxRecordBytes: number): (start: number, end: number) => void {
  const valid = isUtf8(bytes);
  return (start, end) => {
    if (end - start > maxRecordBytes) throw tooLarge(end - start, maxRecordBytes);
    if (!valid && !isUtf8(bytes.subarray(start, end))) throw new RecordError('INVALID_UTF8', invalidUtf8);
  };
}

/** The text of a record that is not blank. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // Only a short or blank-looking line is worth the look: a record hardly ever begins with a blank.
  if (text.length === 0 || (text.charCodeAt(0) <= 0x20 && text.trim() === '')) {
    throw new RecordError('EMPTY_RECORD', 'expected a record, received a blank line');
  }
  return text;
}

const invalidUtf8 = 'expected UTF-8, received bytes that are not; convert the file first, for example with iconv';

export function tooLarge(received: number, maxRecordBytes: number): RecordError {
  const limit = `at most ${maxRecordBytes} bytes (BATCHLINE_MAX_RECORD_MB)`;
  return new RecordError('RECORD_TOO_LARGE', `expected a record of ${limit}, received ${received}`);
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new RecordError('INVALID_JSON', explainJson(text));
  }
}

function idReader(model: Model): (record: JsonValue) => JsonValue | undefined {
  const path = model.description.input.id;
  if (path === undefined) return () => undefined;
  const { read } = compileSinglePath(path);
  return read;
}
