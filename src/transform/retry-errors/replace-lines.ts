import { BatchlineError } from '../../errors.ts';

/** A line, from 1, and what is to stand there, without a newline. */
export interface Replacement {
  readonly line: number;
  readonly text: Buffer;
}

const newline = 0x0a;

/** A text with some lines replaced, but for the newlines behind them; the replacements come in the order of their lines. */
export async function* replaceLines(
  text: AsyncIterable<Buffer>,
  replacements: AsyncIterable<Replacement>,
): AsyncGenerator<Buffer> {
  const source = replacements[Symbol.asyncIterator]();
  let next = await source.next();
  let line = 1;
  let skipping = false;
  for await (const chunk of text) {
    let kept = 0;
    for (let at = 0; at < chunk.length && !next.done; ) {
      const wanted = next.value.line === line;
      if (wanted && !skipping) {
        if (at > kept) yield chunk.subarray(kept, at);
        yield next.value.text;
        skipping = true;
      }
      const end = chunk.indexOf(newline, at);
      at = end < 0 ? chunk.length : end + 1;
      if (wanted) kept = end < 0 ? at : end;
      if (end < 0) break;
      line += 1;
      if (wanted) {
        skipping = false;
        next = await source.next();
      }
    }
    if (kept < chunk.length) yield chunk.subarray(kept);
  }
  if (skipping) next = await source.next();
  if (next.done) return;
  throw new BatchlineError(
    'JOB_FAILED',
    `the output has no line ${next.value.line}: it is not the one of errors.jsonl`,
  );
}
