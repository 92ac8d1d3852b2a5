import { isUtf8 } from 'node:buffer';
import { findJsonError } from '../../records/json-error.ts';
import { ByteText } from './byte-text.ts';
import { checkCounts } from './check-counts.ts';
import type { Filters } from './filters.ts';
import { joinJson } from './json-join.ts';
import type { PathFilter } from './json-path-filter.ts';
import { NotThereError, select } from './json-select.ts';
import { JsonSpans, type Span } from './json-spans.ts';
import { countLines, Lines } from './lines.ts';
import type { Processing } from './processing.ts';
import { ProcessingError } from './processing-error.ts';

export interface JsonOptions extends Filters {
  /** Assumption sort-keys. */
  readonly sortKeys: boolean;
}

/** The object is one JSON document, and so is the reply. */
export function jsonDocumentProcessing(options: JsonOptions): Processing {
  const records = new Records(options);
  return {
    filterInput: (document) => (isAll(options.input) ? document : bytesOf(records.filtered(wholeOf(document)))),
    finish(document, reply) {
      if (!options.join && isAll(options.output)) return reply;
      return bytesOf(records.finished(wholeOf(document), wholeOf(reply)));
    },
  };
}

/** One JSON value a line. The reply to a mini-batch of one line may be one value that is spread over several. */
export function jsonLinesProcessing(options: JsonOptions): Processing {
  const records = new Records(options);
  return {
    filterInput(miniBatch) {
      if (isAll(options.input)) return miniBatch;
      const written = new ByteText();
      const lines = new Lines(miniBatch);
      while (lines.advance()) {
        written.write(records.filtered(lineOf(miniBatch, lines)));
        written.write(miniBatch.toString('latin1', lines.end, lines.next));
      }
      return written.take();
    },
    finish(miniBatch, reply) {
      if (!options.join && isAll(options.output)) return reply;
      if (countLines(miniBatch) === 1 && countLines(reply) > 1 && records.isOne(reply)) {
        const line = new Lines(miniBatch);
        line.advance();
        return bytesOf(`${records.finished(lineOf(miniBatch, line), { ...wholeOf(reply), line: line.number })}\n`);
      }
      return finishLines(miniBatch, reply, { records, join: options.join });
    },
  };
}

function finishLines(miniBatch: Buffer, reply: Buffer, { records, join }: { records: Records; join: boolean }): Buffer {
  if (join) checkCounts(miniBatch, reply);
  const written = new ByteText();
  const inputs = new Lines(miniBatch);
  const outputs = new Lines(reply);
  while (outputs.advance()) {
    inputs.advance();
    written.write(`${records.finished(lineOf(miniBatch, inputs), lineOf(reply, outputs))}\n`);
  }
  return written.take();
}

/** A text that must be one JSON value. */
export interface Source {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly line: number | undefined;
}

export function wholeOf(bytes: Buffer): Source {
  return { bytes, start: 0, end: bytes.length, line: undefined };
}

function lineOf(bytes: Buffer, { start, end, number }: Lines): Source {
  return { bytes, start, end, line: number };
}

/** What happens to one record and its prediction. */
class Records {
  readonly #spans = new JsonSpans();
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  isOne(bytes: Buffer): boolean {
    return this.#spans.isOne(bytes);
  }

  filtered(source: Source): string {
    const record = readRecord(this.#spans, source);
    return this.#select(record, { path: this.#options.input, filter: 'InputFilter', line: source.line });
  }

  finished(input: Source, output: Source): string {
    const spans = this.#spans;
    const { join, output: path, sortKeys } = this.#options;
    const filter = { path, filter: 'OutputFilter', line: output.line } as const;
    const prediction = readOutput(spans, output);
    if (!join) return this.#select(prediction, filter);
    const text = spans.compact(prediction);
    const record = readRecord(spans, input);
    const joined = joinJson(record, text, { spans, sortKeys });
    if (isAll(path)) return joined;
    const bytes = bytesOf(joined);
    return this.#select(spans.root(bytes, 0, bytes.length) as Span, filter);
  }

  #select(
    value: Span,
    { path, filter, line }: { path: PathFilter; filter: 'InputFilter' | 'OutputFilter'; line: number | undefined },
  ): string {
    const { join, sortKeys } = this.#options;
    try {
      const isOutput = filter === 'OutputFilter';
      return select(value, { spans: this.#spans, path, sortKeys: isOutput && join && sortKeys, keepErrors: isOutput });
    } catch (error) {
      if (!(error instanceof NotThereError)) throw error;
      throw new ProcessingError((where) => `${filter} ${path.source} does not fit ${where}: ${error.message}`, line);
    }
  }
}

function readRecord(spans: JsonSpans, source: Source): Span {
  return read(spans, source, (where) => `Failed to parse ${where} as JSON`);
}

/** A value of a reply. @throws ProcessingError */
export function readOutput(spans: JsonSpans, source: Source): Span {
  return read(spans, source, (where) => `Failed to parse output from the algorithm as JSON: ${where}`);
}

function read(spans: JsonSpans, { bytes, start, end, line }: Source, what: (where: string) => string): Span {
  const text = bytes.subarray(start, end);
  const value = isUtf8(text) ? spans.root(bytes, start, end) : undefined;
  if (value !== undefined) return value;
  const problem = problemOf(text);
  throw new ProcessingError((where) => `${what(where)}: ${problem}`, line);
}

function problemOf(text: Buffer): string {
  if (text.length === 0) return 'expected a JSON value, received nothing';
  if (!isUtf8(text)) return 'the bytes are not UTF-8';
  return findJsonError(text.toString()) ?? 'the value is nested deeper than 1,000 levels';
}

function isAll({ steps }: PathFilter): boolean {
  return steps.length === 0;
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
