import { createReadStream } from 'node:fs';

const newline = 0x0a;

/** The first lines of some files, one after the other, in bytes as they are. */
export async function firstLines(paths: Iterable<string>, count: number): Promise<Buffer> {
  const taken: Buffer[] = [];
  let missing = count;
  for (const path of paths) {
    if (missing === 0) break;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let end = 0;
      while (missing > 0 && end < chunk.length) {
        const at = chunk.indexOf(newline, end);
        end = at < 0 ? chunk.length : at + 1;
        if (at >= 0) missing -= 1;
      }
      taken.push(chunk.subarray(0, end));
      if (missing === 0) break;
    }
  }
  return Buffer.concat(taken);
}
