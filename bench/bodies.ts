import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { cacheDir, MB } from './machine.ts';

export interface Body {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Where the records come from, for the report. */
  readonly source: string;
}

const realOutlets = '../shared/data/zomato_bangalore_2022/outlets.jsonl.gz';
const bundledOutlets = 'examples/flag-combo/data/outlets.jsonl';

/** Outlets, repeated whole until there are that many bytes. */
export async function outletsBody(bytes = 100 * MB): Promise<Body> {
  const real = existsSync(realOutlets);
  const name = `outlets-${real ? 'real' : 'bundled'}`;
  const source = real
    ? 'the 926 real outlets, repeated'
    : `NOT the real outlets, which are not here: ${bundledOutlets}, repeated`;
  return makeBody(name, bytes, source, async function* () {
    const once = real ? gunzipSync(await readFile(realOutlets)) : await readFile(bundledOutlets);
    for (;;) yield once;
  });
}

/** Table rows: an array of 30 numbers with four decimals on each line. */
export function flatBody(bytes = 100 * MB): Promise<Body> {
  return makeBody('flat', bytes, 'rows of 30 numbers with four decimals, seeded', async function* () {
    const random = seededRandom(30);
    for (;;) {
      const rows = Array.from({ length: 1000 }, () =>
        JSON.stringify(Array.from({ length: 30 }, () => round(random() * 200 - 100))),
      );
      yield Buffer.from(`${rows.join('\n')}\n`);
    }
  });
}

async function makeBody(
  name: string,
  bytes: number,
  source: string,
  parts: () => AsyncGenerator<Buffer>,
): Promise<Body> {
  const file = join(await cacheDir('bodies'), `${name}-${Math.round(bytes / MB)}.jsonl`);
  if (!existsSync(file)) {
    await pipeline(Readable.from(firstBytes(parts(), bytes)), createWriteStream(`${file}.tmp`));
    await rename(`${file}.tmp`, file);
  }
  return { name, file, bytes: (await stat(file)).size, contentType: 'application/jsonlines', source };
}

/** Whole parts while they fit, then as many whole lines of the next as fit. */
async function* firstBytes(parts: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const part of parts) {
    if (part.length > left) {
      yield part.subarray(0, part.lastIndexOf(10, left - 1) + 1);
      return;
    }
    yield part;
    left -= part.length;
  }
}

export async function countLines(file: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}

/** mulberry32: numbers in [0, 1), the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
