import { RecordError, type RecordErrorCode } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { RecordSpans } from '../records/framing.ts';
import type { JsonValue } from '../records/json-value.ts';
import { enterSubBatch, isCancelled, step } from './control.ts';
import { createDecoderFactory, type Decoder } from './decode.ts';
import { createEncoder } from './encode.ts';
import type { BlockTask, ErrorAt, ScoredBlock, WorkerSetup } from './messages.ts';
import { OutputBuffer } from './output-buffer.ts';
import { asRecordError, type Outcome, predictIsolated } from './predict.ts';
import { splitterOf } from './split.ts';

/** Scores a block; undefined when its request was abandoned. */
export type BlockScorer = (task: BlockTask) => Promise<ScoredBlock | undefined>;

/** A scorer for the blocks of one worker, one after the other. */
export function createBlockScorer(model: Model, setup: WorkerSetup): BlockScorer {
  const decoderOf = createDecoderFactory(model, setup.maxRecordBytes);
  return (task) => {
    const bytes = Buffer.from(task.bytes, 0, task.end);
    return scoreBlock(model, decoderOf(bytes, task.framing), bytes, setup, task);
  };
}

/** Sub-batch by sub-batch: one output line for each record, in order. */
async function scoreBlock(
  model: Model,
  decoder: Decoder,
  bytes: Buffer,
  setup: WorkerSetup,
  task: BlockTask,
): Promise<ScoredBlock | undefined> {
  const split = splitterOf(task.framing, setup.maxRecordBytes);
  const writer = new LineWriter(task);
  const many = spansOf(setup.subBatch);
  const one = spansOf(1);
  let position = skipRecords(task, (from) => split(bytes, from, task.end, one));
  while (position < task.end) {
    if (isCancelled(task.control)) return undefined;
    const spans = task.singly.some((range) => position >= range.start && position < range.end) ? one : many;
    const next = split(bytes, position, task.end, spans);
    enterSubBatch(task.control, position, next);
    await scoreSubBatch(model, decoder, spans, task, writer);
    position = next;
  }
  return writer.finish();
}

function spansOf(capacity: number): RecordSpans {
  return { starts: new Uint32Array(capacity), ends: new Uint32Array(capacity), count: 0 };
}

function skipRecords(task: BlockTask, skipOne: (from: number) => number): number {
  let position = task.start;
  for (let i = 0; i < task.skip; i++) position = skipOne(position);
  return position;
}

async function scoreSubBatch(
  model: Model,
  decoder: Decoder,
  spans: RecordSpans,
  task: BlockTask,
  writer: LineWriter,
): Promise<void> {
  const rows: unknown[] = [];
  const ids: (JsonValue | undefined)[] = [];
  const errors: (RecordError | undefined)[] = [];
  for (let i = 0; i < spans.count; i++) {
    const start = spans.starts[i] as number;
    try {
      if (task.dead.length > 0) throwIfDead(task, start);
      const features = decoder.decode(start, spans.ends[i] as number);
      rows.push(features instanceof Promise ? await features : features);
      errors.push(undefined);
    } catch (error) {
      errors.push(asRecordError(error));
    }
    ids.push(decoder.id);
  }
  const outcomes = await predictIsolated(model, rows, () => step(task.control));
  let scored = 0;
  for (let i = 0; i < errors.length; i++) writer.write(ids[i], errors[i] ?? (outcomes[scored++] as Outcome));
}

function throwIfDead(task: BlockTask, start: number): void {
  const dead = task.dead.find((record) => record.start === start);
  if (dead) throw new RecordError(dead.code, dead.message);
}

/** Encodes outcomes and keeps account of the errors among them. */
class LineWriter {
  readonly #encoder;
  readonly #output: OutputBuffer;
  #text = '';
  #records = 0;
  readonly #errorIndexes: number[] = [];
  readonly #errorOffsets: number[] = [];
  readonly #firstErrors: ErrorAt[] = [];
  readonly #errorCounts: Partial<Record<RecordErrorCode, number>> = {};

  constructor(task: BlockTask) {
    this.#encoder = createEncoder(task.format);
    this.#output = new OutputBuffer(Math.max(1024, (task.end - task.start) >> 3));
  }

  write(id: JsonValue | undefined, outcome: Outcome): void {
    let error: RecordError;
    try {
      if (!(outcome instanceof RecordError)) {
        this.#text += this.#encoder.line(id, outcome);
        // Short strings are gathered: one write for some kilobytes is cheaper than one for each line.
        if (this.#text.length > 16_384) this.#flush();
        this.#records++;
        return;
      }
      error = outcome;
    } catch (thrown) {
      error = asRecordError(thrown);
    }
    this.#writeError(id, error);
  }

  finish(): ScoredBlock {
    this.#flush();
    return {
      output: this.#output.take(),
      records: this.#records,
      errorCounts: this.#errorCounts,
      errorIndexes: this.#errorIndexes,
      errorOffsets: this.#errorOffsets,
      firstErrors: this.#firstErrors,
    };
  }

  #writeError(id: JsonValue | undefined, error: RecordError): void {
    const [before, after] = this.#encoder.errorLine(id, error);
    const index = this.#records++;
    this.#text += before;
    this.#flush();
    if (after !== '') {
      this.#errorIndexes.push(index);
      this.#errorOffsets.push(this.#output.length);
    }
    this.#text = after;
    this.#errorCounts[error.code] = (this.#errorCounts[error.code] ?? 0) + 1;
    if (this.#firstErrors.length < 10) this.#firstErrors.push({ index, code: error.code, message: error.message });
  }

  #flush(): void {
    this.#output.write(this.#text);
    this.#text = '';
  }
}
