import { createReadStream, createWriteStream } from 'node:fs';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { wholeLines } from '../objects/lines-of.ts';
import { readInput } from '../objects/read-input.ts';
import { prepareJob } from '../run-transform-job.ts';
import type { TransformRunOptions } from '../transform-run.ts';

/** Lines from the beginning of the input, in a file. */
export interface Sample {
  readonly bytes: number;
  readonly longestRecordBytes: number;
  /** The path of a file with about this share of it, whole lines. */
  share(share: number): Promise<string>;
}

/** Some seconds of work, so that starting up does not count. */
const sampleBytes = 128e6;
const newline = 0x0a;

/** Takes up to 128 MB of the job's input, decompressed, with the extension of its first object. */
export async function takeSample(options: TransformRunOptions, folder: string, signal: AbortSignal): Promise<Sample> {
  const { inputs, job } = await prepareJob(options, signal);
  const path = join(folder, `sample${extname(inputs[0]?.name.replace(/\.gz$/i, '') ?? '')}`);
  let bytes = 0;
  let longestRecordBytes = 0;
  const lines = async function* (): AsyncGenerator<Buffer> {
    for (const input of inputs) {
      for await (const group of wholeLines(readInput(input, job, { signal }))) {
        longestRecordBytes = Math.max(longestRecordBytes, longestLine(group));
        bytes += group.length;
        yield group;
        if (bytes >= sampleBytes) return;
      }
    }
  };
  await pipeline(lines, createWriteStream(path));
  const share = async (part: number): Promise<string> => {
    if (part >= 1) return path;
    const shorter = join(folder, `part-${part.toFixed(4)}${extname(path)}`);
    await pipeline(
      wholeLines(createReadStream(path, { end: Math.ceil(bytes * part) })),
      dropLast,
      createWriteStream(shorter),
    );
    return shorter;
  };
  return { bytes, longestRecordBytes, share };
}

/** The last line has been cut through. */
async function* dropLast(groups: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const group of groups) if (group.at(-1) === newline) yield group;
}

function longestLine(lines: Buffer): number {
  let longest = 0;
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf(newline, at);
    longest = Math.max(longest, (end < 0 ? lines.length : end + 1) - at);
    at = end < 0 ? lines.length : end + 1;
  }
  return longest;
}
