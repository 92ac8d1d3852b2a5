// The kernel of text models: megabytes per CPU-second of one thread, for the ways from bytes to features.
// `node bench/decode.ts [rounds]`; ratios are of the same round, because the machine's speed drifts.
import { readFile } from 'node:fs/promises';
import { loadModel } from '../src/models/load-model.ts';
import type { Model } from '../src/models/model.ts';
import { openModel } from '../src/models/open-model.ts';
import type { JsonValue } from '../src/records/json-value.ts';
import { createDecoderFactory } from '../src/scoring/decode.ts';
import { outletsBody } from './bodies.ts';
import { MB } from './machine.ts';
import { flagCombo, hashingModel } from './models.ts';

/** Node's own method behind toString('utf8'), which @types/node leaves out. */
interface Utf8Bytes extends Buffer {
  utf8Slice(start: number, end: number): string;
}

const blockBytes = 512 * 1024;
const rounds = Number(process.argv[2] ?? 9);
const bodyBytes = 20 * MB;

const body = await outletsBody(bodyBytes);
print(`${body.source}; medians of ${rounds} rounds, MB per CPU-second`);
const blocks = cutBlocks(await readFile(body.file));
for (const dir of [flagCombo, await hashingModel()]) await compare(dir);

async function compare(dir: string): Promise<void> {
  const model = await loadModel(await openModel(dir));
  const ways = { 'JSON.parse alone': parseOnly, 'plain loop': plainLoop(model), decoder: decoderLoop(model) };
  const speeds = Object.values(ways).map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, way] of Object.values(ways).entries()) {
      const speed = measure(way);
      if (round >= 0) speeds[index]?.push(speed); // the first round compiles
    }
  }
  print(`\n${model.description.name}`);
  const [, plain = []] = speeds;
  for (const [index, name] of Object.keys(ways).entries()) {
    const ratio = median((speeds[index] ?? []).map((speed, round) => speed / (plain[round] ?? Number.NaN)));
    print(
      `${name.padEnd(18)}${median(speeds[index] ?? [])
        .toFixed(0)
        .padStart(5)}${ratio.toFixed(2).padStart(7)} ×`,
    );
  }
}

function measure(way: (block: Utf8Bytes) => void): number {
  const before = process.cpuUsage();
  let bytes = 0;
  for (const block of blocks) {
    way(block);
    bytes += block.length;
  }
  const { user, system } = process.cpuUsage(before);
  return bytes / (user + system);
}

function parseOnly(block: Utf8Bytes): void {
  eachLine(block, (start, end) => JSON.parse(block.utf8Slice(start, end)));
}

function plainLoop(model: Model): (block: Utf8Bytes) => void {
  return (block) => eachLine(block, (start, end) => model.read(JSON.parse(block.utf8Slice(start, end)) as JsonValue));
}

function decoderLoop(model: Model): (block: Utf8Bytes) => void {
  const decoderOf = createDecoderFactory(model, { maxRecordBytes: MB, subBatch: 256 });
  return (block) => {
    const decoder = decoderOf(block, 'lines');
    eachLine(block, (start, end) => decoder.decode(start, end));
  };
}

function eachLine(block: Buffer, use: (start: number, end: number) => unknown): void {
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(10, start);
    use(start, end);
    start = end + 1;
  }
}

/** In shared memory and cut after a line, as a worker gets them. */
function cutBlocks(bytes: Buffer): Utf8Bytes[] {
  const cut: Utf8Bytes[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.lastIndexOf(10, start + blockBytes - 1) + 1;
    const block = Buffer.from(new SharedArrayBuffer(end - start));
    block.set(bytes.subarray(start, end));
    cut.push(block as Utf8Bytes);
    start = end;
  }
  return cut;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
