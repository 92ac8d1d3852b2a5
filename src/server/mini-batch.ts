import type { ModelDescription } from '../models/model-description.ts';
import { negotiate, type ResponseFormat } from '../records/accept.ts';
import type { BodyType } from '../records/content-type.ts';
import { csvCutter } from '../records/csv.ts';
import type { Cutter } from '../records/framing.ts';
import { arrayCutter } from '../records/json-array.ts';
import { lineCutter } from '../records/lines.ts';
import { type JsonLayout, sniffJson, startsWithBom } from '../records/sniff-json.ts';
import type { LineFormat } from '../scoring/messages.ts';
import type { BodyScorer } from '../scoring/score-body.ts';
import type { Reply } from './reply.ts';

export interface MiniBatch {
  readonly chunks: AsyncGenerator<Buffer>;
  readonly type: BodyType;
  readonly accept: string;
  readonly signal: AbortSignal;
  /** Whether other mini-batches share the reply, so that it can be nothing but lines. */
  readonly linesOnly: boolean;
}

/** Scores mini-batches into replies: everything about a request's formats, nothing about HTTP. */
export type MiniBatchScorer = (batch: MiniBatch, reply: Reply) => Promise<void>;

export function createMiniBatchScorer(
  score: BodyScorer,
  model: ModelDescription,
  maxRecordBytes: number,
): MiniBatchScorer {
  return async ({ chunks, type, accept, signal, linesOnly }, reply) => {
    const { head, layout } = await readHead(chunks, type);
    const input = linesOnly && layout !== 'csv' ? 'lines' : layout;
    const format = lineFormat(reply.setFormat(negotiate(accept, input, type.contentType)), layout, model);
    const cutter = cutterOf(layout, maxRecordBytes);
    const header = type.header === 'present';
    for await (const block of score(joined(head, chunks), { cutter, format, header, signal })) await reply.add(block);
  };
}

/** Reads as much of the body as tells how its records are laid out. */
async function readHead(
  chunks: AsyncGenerator<Buffer>,
  type: BodyType,
): Promise<{ head: Buffer; layout: JsonLayout | 'csv' }> {
  let head = await nextChunk(chunks, 3);
  if (type.kind !== 'json') return { head: withoutBom(head), layout: type.kind };
  let layout = sniffJson(head);
  while (layout === undefined) {
    const more = await nextChunk(chunks, 1);
    if (more.length === 0) layout = sniffJson(head, true) ?? 'lines';
    else {
      head = Buffer.concat([head, more]);
      layout = sniffJson(head);
    }
  }
  return { head: layout === 'lines' ? withoutBom(head) : head, layout };
}

/** The next bytes, at least as many as asked unless the body ends. */
async function nextChunk(chunks: AsyncGenerator<Buffer>, atLeast: number): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < atLeast) {
    const { done, value } = await chunks.next();
    if (done) break;
    bytes = bytes.length === 0 ? value : Buffer.concat([bytes, value]);
  }
  return bytes;
}

/** Windows tools put a byte order mark before the first record, of which it is no part. */
function withoutBom(head: Buffer): Buffer {
  return startsWithBom(head) ? head.subarray(3) : head;
}

async function* joined(head: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* chunks;
}

function cutterOf(layout: JsonLayout | 'csv', maxRecordBytes: number): Cutter {
  switch (layout) {
    case 'csv':
      return csvCutter(maxRecordBytes);
    case 'lines':
      return lineCutter();
    default:
      return arrayCutter(layout);
  }
}

function lineFormat(format: ResponseFormat, layout: JsonLayout | 'csv', model: ModelDescription): LineFormat {
  return {
    encoding: format.encoding,
    separator: format.envelope === 'lines' ? '\n' : ',',
    keys: model.output,
    withId: model.input.id !== undefined && layout !== 'csv',
  };
}
