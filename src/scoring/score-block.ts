import { RecordError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { RecordSpans } from '../records/framing.ts';
import type { JsonValue } from '../records/json-value.ts';
import { enterSubBatch, isCancelled, step } from './control.ts';
import { createDecoderFactory, type Decoder } from './decode.ts';
import { LineWriter } from './line-writer.ts';
import type { BlockTask, ScoredBlock, WorkerSetup } from './messages.ts';
import { OutputBuffer } from './output-buffer.ts';
import { asRecordError, type Outcome, predictIsolated } from './predict.ts';
import { splitterOf } from './split.ts';

/** Scores a block; undefined when its request was abandoned. */
export type BlockScorer = (task: BlockTask) => Promise<ScoredBlock | undefined>;

/** A scorer for the blocks of one worker, one after the other. */
export function createBlockScorer(model: Model, setup: WorkerSetup): BlockScorer {
  const decoderOf = createDecoderFactory(model, setup);
  const output = new OutputBuffer();
  return (task) => {
    const bytes = Buffer.from(task.bytes, 0, task.end);
    const writer = new LineWriter(task.format, output);
    return scoreBlock({ model, setup, task, bytes, decoder: decoderOf(bytes, task.framing), writer });
  };
}

/** What the scoring of one block works with. */
interface Work {
  readonly model: Model;
  readonly setup: WorkerSetup;
  readonly task: BlockTask;
  readonly bytes: Buffer;
  readonly decoder: Decoder;
  readonly writer: LineWriter;
}

/** Sub-batch by sub-batch: one output line for each record, in order. */
async function scoreBlock(work: Work): Promise<ScoredBlock | undefined> {
  const { setup, task, bytes, writer } = work;
  const split = splitterOf(task.framing, setup.maxRecordBytes);
  const many = spansOf(setup.subBatch);
  const one = spansOf(1);
  let position = skipRecords(task, (from) => split(bytes, from, task.end, one));
  while (position < task.end) {
    if (isCancelled(task.control)) return undefined;
    const spans = task.singly.some((range) => position >= range.start && position < range.end) ? one : many;
    const next = split(bytes, position, task.end, spans);
    enterSubBatch(task.control, position, next);
    await scoreSubBatch(work, spans);
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

async function scoreSubBatch({ model, task, decoder, writer }: Work, spans: RecordSpans): Promise<void> {
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
