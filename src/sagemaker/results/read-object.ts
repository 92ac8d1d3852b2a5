import type { CreateTransformJobRequest } from '../../sagemaker-api/create-transform-job.ts';
import type { StoredObject } from '../../storage/object-store.ts';
import type { InputObject } from '../../transform/job.ts';
import { type ErrorEntry, type FoundError, findErrors, locateErrors } from '../../transform/objects/error-entries.ts';
import { readInput } from '../../transform/objects/read-input.ts';
import { blankLinesIn, LineCounter, linesIn } from './line-counter.ts';
import type { Reading } from './reading-plan.ts';

/** How a job divides and writes records, as far as counting them goes. */
export interface Form {
  readonly gzip: boolean;
  /** SplitType Line: error lines can be found, and their records. */
  readonly isLines: boolean;
  /** Also AssembleWith Line: an output has a line for each line of its object. */
  readonly isLineForLine: boolean;
}

export function formOf({ TransformInput, TransformOutput }: CreateTransformJobRequest): Form {
  const isLines = TransformInput.SplitType === 'Line';
  return {
    gzip: TransformInput.CompressionType === 'Gzip',
    isLines,
    isLineForLine: isLines && TransformOutput.AssembleWith === 'Line',
  };
}

/** What reading an object and its output told. */
export interface ObjectFacts {
  readonly inputLines?: number;
  /** Of an output that was read to its end. */
  readonly outputLines?: number;
  /** Whether the output has more or fewer lines than it should. */
  readonly isMismatched: boolean;
  /** As far as the output was read. */
  readonly errorLines: number;
}

export interface ObjectRead {
  readonly facts: ObjectFacts;
  /** Error lines with their records. */
  readonly errors: readonly ErrorEntry[];
  /** Of the output. */
  readonly beginning: readonly Buffer[];
}

export interface Read extends Reading {
  readonly form: Form;
  /** Whether the object is the one that was scored: else nothing of it can be compared. */
  readonly isUnchanged: boolean;
  readonly signal: AbortSignal;
  /** Told of bytes that were read. */
  readonly onBytes: (bytes: number) => void;
}

const beginningBytes = 64 * 1024;

/** Reads an output, and its object where that is wanted: counts lines, finds error lines and their records. */
export async function readObject(input: InputObject, written: StoredObject, read: Read): Promise<ObjectRead> {
  const { form, isUnchanged, signal } = read;
  const { beginning, errors, lines } = await readOutput(input, written, read);
  const isWhole = read.outputBytes >= written.bytes;
  const chunks = (): AsyncGenerator<Buffer> => noted(readInput(input, form, { signal }), read.onBytes);
  const counter = read.input && isUnchanged ? new LineCounter() : undefined;
  const entries: ErrorEntry[] = [];
  if (counter || (isUnchanged && errors.length > 0)) {
    // One reading serves both; looking for records ends with the last of them.
    const bytes = counter ? counter.count(chunks()) : chunks();
    if (errors.length > 0) {
      entries.push(...(await locateErrors(errors, keptOpen(bytes), { object: input.name, line: 1, offset: 0 })));
    }
    if (counter) for await (const _ of bytes);
    else await bytes.return(undefined);
  }
  const differs = counter !== undefined && isWhole && form.isLineForLine && counter.lines !== lines;
  // Nobody has said whether the service sends blank lines.
  const isMismatched = differs && counter.lines - (await blankLinesIn(chunks())) !== lines;
  return {
    facts: {
      ...(counter ? { inputLines: counter.lines } : {}),
      ...(isWhole ? { outputLines: lines } : {}),
      isMismatched,
      errorLines: errors.length,
    },
    errors: entries,
    beginning,
  };
}

async function readOutput(
  { output }: InputObject,
  written: StoredObject,
  { form, outputBytes, signal, onBytes }: Read,
) {
  const beginning: Buffer[] = [];
  let bytes = 0;
  const counter = new LineCounter();
  const chunks = noted(output.store.read(written, { signal, end: outputBytes }), (more, chunk) => {
    if (bytes < beginningBytes) beginning.push(Buffer.from(chunk.subarray(0, beginningBytes - bytes)));
    bytes += more;
    onBytes(more);
  });
  let errors: FoundError[] = [];
  if (form.isLines) errors = await findErrors(counter.count(chunks), 1);
  else for await (const _ of counter.count(chunks));
  return { beginning, errors, lines: counter.lines };
}

async function* noted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number, chunk: Buffer) => void) {
  for await (const chunk of chunks) {
    onBytes(chunk.length, chunk);
    yield chunk;
  }
}

/** A loop that is left early does not end what it reads. */
function keptOpen(chunks: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) };
}

/** Whether an output has as many lines as its object, blank ones left out or not. */
export async function hasAllLines(input: InputObject, written: StoredObject, form: Form, signal: AbortSignal) {
  const chunks = (): AsyncGenerator<Buffer> => readInput(input, form, { signal });
  const found = await linesIn(input.output.store.read(written, { signal }));
  const expected = await linesIn(chunks());
  return expected === found || expected - (await blankLinesIn(chunks())) === found;
}
