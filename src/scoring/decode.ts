import { isUtf8 } from 'node:buffer';
import { RecordError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { parseCsvRow } from '../records/csv.ts';
import type { FramingKind } from '../records/framing.ts';
import { explainJson } from '../records/json-error.ts';
import { compileSinglePath } from '../records/json-path.ts';
import type { JsonValue } from '../records/json-value.ts';
import { parseNumberRow } from '../records/number-row.ts';

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

/** A decoder of one block. */
export function createDecoder(bytes: Buffer, framing: FramingKind, model: Model, maxRecordBytes: number): Decoder {
  const text = textReader(bytes, maxRecordBytes);
  const readId = idReader(model);
  if (framing === 'csv') {
    return { id: undefined, decode: (start, end) => model.read(parseCsvRow(text(start, end))) };
  }
  // A model of numbers alone is mostly sent rows of numbers: no need to make a string of them first.
  const { text: texts, features } = model.description.input;
  const columns = texts.length === 0 ? features.length : 0;
  const decoder: Decoder = {
    id: undefined,
    decode(start, end) {
      decoder.id = undefined;
      const row = columns > 0 && end - start <= maxRecordBytes && parseNumberRow(bytes, start, end, columns);
      if (row) return model.read(row);
      const record = parseJson(text(start, end));
      decoder.id = readId(record);
      return model.read(record);
    },
  };
  return decoder;
}

/** Checks what holds for every encoding: neither blank, nor too long, nor invalid UTF-8, which is never replaced. */
function textReader(bytes: Buffer, maxRecordBytes: number): (start: number, end: number) => string {
  const valid = isUtf8(bytes);
  return (start, end) => {
    if (end - start > maxRecordBytes) throw tooLarge(end - start, maxRecordBytes);
    if (!valid && !isUtf8(bytes.subarray(start, end))) throw new RecordError('INVALID_UTF8', invalidUtf8);
    const text = bytes.toString('utf8', start, end);
    // Only a short or blank-looking line is worth the look: a record hardly ever begins with a blank.
    if (text.length === 0 || (text.charCodeAt(0) <= 0x20 && text.trim() === '')) {
      throw new RecordError('EMPTY_RECORD', 'expected a record, received a blank line');
    }
    return text;
  };
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
