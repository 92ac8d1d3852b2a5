import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openModel } from '../../src/models/open-model.ts';
import { csvCutter } from '../../src/records/csv.ts';
import type { Cutter } from '../../src/records/framing.ts';
import { arrayCutter } from '../../src/records/json-array.ts';
import { lineCutter } from '../../src/records/lines.ts';
import { numberErrors } from '../../src/scoring/number-errors.ts';
import { ScoringPool } from '../../src/scoring/pool.ts';
import { createBodyScorer } from '../../src/scoring/score-body.ts';
import { echo } from '../support/handler-model.ts';

let folder: string;
let pool: ScoringPool;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batchline-test-'));
  await mkdir(join(folder, 'code'));
  await writeFile(join(folder, 'code/inference.mjs'), echo);
  pool = new ScoringPool({
    model: await openModel(folder),
    workers: 2,
    subBatch: 3,
    maxRecordBytes: 200,
    recordTimeoutMs: 5000,
  });
});
after(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

interface Scored {
  readonly text: string;
  readonly records: number;
}

/** Scores a body that arrives in the given chunks. */
async function scored(chunks: Buffer[], cutter: Cutter, separator: '\n' | ',', blockBytes: number): Promise<Scored> {
  const score = createBodyScorer(pool, { blockBytes, maxRecordBytes: 200 });
  const format = { encoding: 'json', separator, keys: 'json', withId: false } as const;
  const signal = new AbortController().signal;
  const parts: Uint8Array[] = [];
  let records = 0;
  const source = async function* () {
    yield* chunks;
  };
  for await (const block of score(source(), { cutter, format, header: false, signal })) {
    parts.push(numberErrors(block, records));
    records += block.records;
  }
  return { text: Buffer.concat(parts).toString(), records };
}

const lines = (body: Buffer, blockBytes = 64) => scored([body], lineCutter(), '\n', blockBytes);
const withoutNumber = (line: string) => line.replace(/,"record":\d+\}\}$/, '}}');

/** Lines of all kinds: JSON, not JSON, blank, invalid UTF-8, longer than a block, longer than a record may be. */
const line = fc
  .oneof(
    fc.json().map((text) => Buffer.from(text.replaceAll('\n', ' '))),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 0, max: 400 }).map((length) => Buffer.from(`"${'é'.repeat(length)}"`)),
    fc.constantFrom('', ' ', '\r', '{}\r', '1').map((text) => Buffer.from(text)),
  )
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 32 : byte))));

function cutInto(body: Buffer, cuts: number[]): Buffer[] {
  const sorted = [...cuts.map((cut) => cut % (body.length + 1)), 0, body.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => body.subarray(sorted[i], end));
}

test('any lines in any chunks and blocks: a line out for each, in order, equal to scoring each alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      async (records, finalNewline, cuts, blockBytes) => {
        const body = Buffer.concat(records.flatMap((bytes, i) => (i > 0 ? [Buffer.from('\n'), bytes] : [bytes])));
        const whole = finalNewline || records.at(-1)?.length === 0 ? Buffer.concat([body, Buffer.from('\n')]) : body;
        const { text, records: count } = await scored(cutInto(whole, cuts), lineCutter(), '\n', blockBytes);
        const alone = await Promise.all(records.map((bytes) => lines(Buffer.concat([bytes, Buffer.from('\n')]))));
        const expected = records.length === 0 && whole.length > 0 ? [await lines(whole)] : alone;
        assert.equal(count, expected.length);
        const out = text === '' ? [] : text.slice(0, -1).split('\n');
        assert.deepEqual(
          out.map(withoutNumber),
          expected.map((one) => withoutNumber(one.text.trimEnd())),
        );
        for (const [i, one] of out.entries()) {
          const number = /"record":(\d+)\}\}$/.exec(one)?.[1];
          if (number !== undefined && one.startsWith('{"error":')) assert.equal(Number(number), i + 1);
        }
      },
    ),
    { numRuns: 150 },
  );
});

const element = fc.jsonValue().filter((value) => Buffer.byteLength(JSON.stringify(value, null, 2)) < 100);

test('any JSON array in any chunks and blocks: its elements, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(element, { maxLength: 12 }),
      fc.constantFrom(0, 2),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      async (values, indent, cuts, blockBytes) => {
        const body = Buffer.from(JSON.stringify(values, null, indent));
        const { text, records } = await scored(cutInto(body, cuts), arrayCutter('array'), ',', blockBytes);
        assert.equal(records, values.length);
        assert.deepEqual(JSON.parse(`[${text.replace(/,$/, '')}]`), JSON.parse(JSON.stringify(values)));
      },
    ),
    { numRuns: 100 },
  );
});

test('any CSV rows in any chunks and blocks: the rows, in order', async () => {
  const cell = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('a,b', 'a\nb', 'a"b', '', 'x\r\ny'));
  const row = fc
    .array(cell, { minLength: 1, maxLength: 4 })
    .map((cells) => (cells.join('').trim() === '' ? ['x', ...cells] : cells));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      async (rows, cuts, blockBytes) => {
        const body = Buffer.from(rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join(''));
        const { text, records } = await scored(cutInto(body, cuts), csvCutter(200), '\n', blockBytes);
        assert.equal(records, rows.length);
        assert.deepEqual(
          text
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line)),
          rows,
        );
      },
    ),
    { numRuns: 100 },
  );
});

test('several bodies at once share the memory for blocks and none waits for ever', async () => {
  const body = Buffer.from('"some record"\n'.repeat(500));
  const score = createBodyScorer(pool, { blockBytes: 64, maxRecordBytes: 200 });
  const format = { encoding: 'json', separator: '\n', keys: 'json', withId: false } as const;
  const count = async () => {
    let records = 0;
    const source = async function* () {
      for (let at = 0; at < body.length; at += 100) yield body.subarray(at, at + 100);
    };
    const options = { cutter: lineCutter(), format, header: false, signal: new AbortController().signal };
    for await (const block of score(source(), options)) records += block.records;
    return records;
  };
  assert.deepEqual(
    await Promise.all(Array.from({ length: 20 }, count)),
    Array.from({ length: 20 }, () => 500),
  );
});
