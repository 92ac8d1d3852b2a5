import type { Assumptions } from '../assumptions.ts';
import { manyLines, singleLines } from './lines.ts';
import type { Cut, MiniBatch } from './mini-batch.ts';
import { pack } from './pack.ts';

/** SplitType Line under other assumptions than the defaults, with which nothing is looked at but line ends. */
export function cutLines(
  strategy: 'MultiRecord' | 'SingleRecord',
  assumptions: Pick<Assumptions, 'terminator' | 'blank-lines'>,
): Cut {
  const keepBlanks = assumptions['blank-lines'] === 'send';
  const single: Cut = keepBlanks ? singleLines : (chunks, maxBytes) => withoutBlanks(singleLines(chunks, maxBytes));
  const many: Cut = keepBlanks ? manyLines : (chunks, maxBytes) => pack(single(chunks, maxBytes), maxBytes);
  const cut = strategy === 'SingleRecord' ? single : many;
  if (assumptions.terminator === 'keep') return cut;
  return (chunks, maxBytes) => withoutLastTerminator(cut(chunks, maxBytes));
}

const newline = 0x0a;
const carriageReturn = 0x0d;

async function* withoutBlanks(lines: AsyncIterable<MiniBatch>): AsyncGenerator<MiniBatch> {
  for await (const line of lines) if (line.bytes > 2 || terminatorBytes(line) < line.bytes) yield line;
}

/** The limit has been applied to the bytes with the terminator. */
async function* withoutLastTerminator(batches: AsyncIterable<MiniBatch>): AsyncGenerator<MiniBatch> {
  for await (const batch of batches) {
    const bytes = batch.bytes - terminatorBytes(batch);
    // A blank line alone stays as it is: nothing at all is no record, and no request.
    yield bytes === 0 ? batch : { body: firstBytes(batch.body, bytes), bytes, offset: batch.offset };
  }
}

/** The length of the `\n` or `\r\n` at the end. A lone `\r` there ends nothing but a file, after a blank line. */
function terminatorBytes({ body, bytes }: MiniBatch): number {
  const last = body.at(-1)?.at(-1);
  if (last === carriageReturn && bytes === 1) return 1;
  if (last !== newline) return 0;
  const before = (body.at(-1)?.length ?? 0) > 1 ? body.at(-1)?.at(-2) : body.at(-2)?.at(-1);
  return before === carriageReturn ? 2 : 1;
}

function firstBytes(body: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return body.flatMap((piece) => {
    const kept = piece.subarray(0, left);
    left -= kept.length;
    return kept.length === 0 ? [] : [kept];
  });
}
