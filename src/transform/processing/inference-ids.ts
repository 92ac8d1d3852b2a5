import { randomUUID } from 'node:crypto';
import { ByteText } from './byte-text.ts';
import { outputRow } from './csv-processing.ts';
import { compareBytes, keyText } from './json-keys.ts';
import { readOutput, type Source, wholeOf } from './json-processing.ts';
import { isErrorObject } from './json-select.ts';
import { JsonSpans } from './json-spans.ts';
import { Lines } from './lines.ts';
import type { Processing } from './processing.ts';

/** DataCaptureConfig's GenerateInferenceId. */
export interface InferenceIds {
  /** When the job began, as `2023-01-21T01:29:04Z`. */
  readonly time: string;
  /** Default: random UUIDs. */
  readonly newId?: () => string;
}

export interface IdForm {
  readonly csv: boolean;
  /** Assumption sort-keys. */
  readonly sortKeys: boolean;
}

/**
 * Adds an id and the job's start to each record of the output; what is scored again gets a new id. Source: developer
 * guide, model-monitor-data-capture-batch.
 *
 * It is done after the OutputFilter: the guide does not say when, but that the two are the last columns, and needed by
 * whoever merges; a filter before the end could neither keep the one nor drop the other.
 */
export function withInferenceIds(
  inner: Processing | undefined,
  ids: InferenceIds,
  { csv, sortKeys }: IdForm,
): Processing {
  const added: Added = { ...ids, newId: ids.newId ?? randomUUID };
  const spans = new JsonSpans();
  return {
    filterInput: (miniBatch) => inner?.filterInput(miniBatch) ?? miniBatch,
    finish(miniBatch, reply) {
      const output = inner?.finish(miniBatch, reply) ?? reply;
      return csv ? rowsWithIds(output, added) : valuesWithIds(output, { spans, sortKeys, added });
    },
  };
}

type Added = Required<InferenceIds>;

function rowsWithIds(output: Buffer, { newId, time }: Added): Buffer {
  const written = new ByteText();
  const lines = new Lines(output);
  while (lines.advance()) written.write(`${outputRow(output, lines)},${newId()},${time}${lineEnd(output, lines)}`);
  return written.take();
}

interface JsonForm {
  readonly spans: JsonSpans;
  readonly sortKeys: boolean;
  readonly added: Added;
}

/** One value, which may be spread over several lines, or one a line: no text is both. */
function valuesWithIds(output: Buffer, form: JsonForm): Buffer {
  const written = new ByteText();
  if (form.spans.isOne(output)) {
    written.write(valueWithId(wholeOf(output), form) + (output.at(-1) === 0x0a ? '\n' : ''));
    return written.take();
  }
  const lines = new Lines(output);
  while (lines.advance()) {
    const { start, end, number: line } = lines;
    written.write(valueWithId({ bytes: output, start, end, line }, form) + lineEnd(output, lines));
  }
  return written.take();
}

function lineEnd(output: Buffer, { end, next }: Lines): string {
  return output.toString('latin1', end, next);
}

/** An error line is no inference; with other members it would no longer be found, by --resume, to be one. */
function valueWithId(source: Source, { spans, sortKeys, added }: JsonForm): string {
  const value = readOutput(spans, source);
  if (isErrorObject(value, spans)) return spans.compact(value);
  const texts = new Map<string, string>();
  if (spans.typeOf(value) === 'object') {
    for (const [key, member] of spans.members(value)) texts.set(key, spans.compact(member));
  } else texts.set('SageMakerOutput', spans.compact(value));
  texts.set('SageMakerInferenceId', JSON.stringify(added.newId()));
  texts.set('SageMakerInferenceTime', JSON.stringify(added.time));
  const members = sortKeys ? [...texts].sort(([a], [b]) => compareBytes(a, b)) : [...texts];
  return `{${members.map(([key, text]) => `${keyText(key)}:${text}`).join(',')}}`;
}
