import { ByteText } from './byte-text.ts';
import { checkCounts } from './check-counts.ts';
import { type Columns, compileColumns } from './csv-columns.ts';
import { csvProblem, rawFields } from './csv-fields.ts';
import type { Filters } from './filters.ts';
import { Lines } from './lines.ts';
import type { Processing } from './processing.ts';
import { ProcessingError } from './processing-error.ts';

/**
 * Rows, one a line: the service's CSV has no newlines within fields. Fields are moved as they are written, so none is
 * quoted anew, and bytes that are not UTF-8 pass through.
 */
export function csvProcessing({ input, join, output }: Filters): Processing {
  const inputColumns = compileColumns(input);
  const outputColumns = compileColumns(output);
  return {
    filterInput(miniBatch) {
      return inputColumns === undefined ? miniBatch : filterRows(miniBatch, inputColumns, input.source);
    },
    finish(miniBatch, reply) {
      if (join) return joinRows(miniBatch, reply, { columns: outputColumns, path: output.source });
      return outputColumns === undefined ? reply : filterReply(reply, outputColumns, output.source);
    },
  };
}

function filterRows(miniBatch: Buffer, columns: Columns, path: string): Buffer {
  const written = new ByteText();
  const lines = new Lines(miniBatch);
  while (lines.advance()) {
    const fields = rawFields(inputRow(miniBatch, lines));
    const places = applied(columns, fields.length, { filter: 'InputFilter', path, line: lines.number });
    written.write(rowOf(fields, places) + miniBatch.toString('latin1', lines.end, lines.next));
  }
  return written.take();
}

function filterReply(reply: Buffer, columns: Columns, path: string): Buffer {
  const written = new ByteText();
  const lines = new Lines(reply);
  while (lines.advance()) {
    const fields = rawFields(outputRow(reply, lines));
    const places = applied(columns, fields.length, { filter: 'OutputFilter', path, line: lines.number });
    written.write(`${rowOf(withError(fields, places, 0), places)}\n`);
  }
  return written.take();
}

interface OutputFilter {
  /** undefined: the joined row as it is */
  readonly columns: Columns | undefined;
  readonly path: string;
}

function joinRows(miniBatch: Buffer, reply: Buffer, { columns, path }: OutputFilter): Buffer {
  checkCounts(miniBatch, reply);
  const written = new ByteText();
  const inputs = new Lines(miniBatch);
  const outputs = new Lines(reply);
  while (inputs.advance() && outputs.advance()) {
    const input = inputRow(miniBatch, inputs);
    const output = outputRow(reply, outputs);
    if (columns === undefined) {
      written.write(`${input},${output}\n`);
      continue;
    }
    const inputFields = rawFields(input);
    const fields = [...inputFields, ...rawFields(output)];
    const places = applied(columns, fields.length, { filter: 'OutputFilter', path, line: inputs.number });
    written.write(`${rowOf(withError(fields, places, inputFields.length), places)}\n`);
  }
  return written.take();
}

function inputRow(miniBatch: Buffer, line: Lines): string {
  return rowText(miniBatch, line, (where) => `Failed to parse ${where} as CSV`);
}

/** A line of a reply, which must be a row. @throws ProcessingError */
export function outputRow(reply: Buffer, line: Lines): string {
  return rowText(reply, line, (where) => `Failed to parse output from the algorithm as CSV: ${where}`);
}

function rowText(bytes: Buffer, { start, end, number }: Lines, what: (where: string) => string): string {
  if (start === end) {
    throw new ProcessingError((where) => `${what(where)}: expected a row, received a blank line`, number);
  }
  const row = bytes.toString('latin1', start, end);
  const problem = csvProblem(row);
  if (problem !== undefined) throw new ProcessingError((where) => `${what(where)}: ${problem}`, number);
  return row;
}

interface Application {
  readonly filter: 'InputFilter' | 'OutputFilter';
  readonly path: string;
  readonly line: number;
}

function applied(columns: Columns, count: number, { filter, path, line }: Application): readonly number[] {
  try {
    return columns(count);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProcessingError((where) => `${filter} ${path} does not fit ${where}: ${error.message}`, line);
  }
}

/** A row of one empty field would be a blank line, which is no row: it is quoted. */
function rowOf(fields: readonly string[], places: readonly number[]): string {
  let row = fields[places[0] as number] as string;
  for (let at = 1; at < places.length; at += 1) row += `,${fields[places[at] as number]}`;
  return row === '' ? '""' : row;
}

const errorCell = /^ERROR:[A-Z0-9_]+$/;

/**
 * An error row says so in the first column of the output. Where a filter takes others of the output but not that one,
 * the error goes into the first that it does take: a filter must not make errors look like predictions.
 */
function withError(fields: string[], places: readonly number[], firstOutput: number): string[] {
  const cell = fields[firstOutput] ?? '';
  if (!cell.startsWith('ERROR:') || !errorCell.test(cell) || places.includes(firstOutput)) return fields;
  const taken = places.find((place) => place >= firstOutput);
  return taken === undefined ? fields : fields.with(taken, cell);
}
