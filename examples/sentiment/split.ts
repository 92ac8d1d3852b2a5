// Task split: rows for training and for the test, as JSON lines, and the parameters that name them.
//   node split.ts PARAMS DATA FOLDER
// A text decides by its hash where it goes, so that the same text never is on both sides, and a row stays on its side
// when others are added.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

interface Params {
  readonly data: Readonly<Record<string, unknown>> & { readonly label: string };
  readonly split?: { readonly test?: number };
}
type Row = Readonly<Record<string, string>>;

const [paramsFile, dataFile, folder] = process.argv.slice(2) as [string, string, string];

try {
  const { split = {}, ...params } = parse(readFileSync(paramsFile, 'utf8')) as Params;
  const rows = readRows(dataFile);
  const share = split.test ?? 0.1;
  const isTest = ({ text = '' }: Row) => positionOf(text) < share;
  writeRows(
    'train.jsonl',
    rows.filter((row) => !isTest(row)),
  );
  writeRows('test.jsonl', rows.filter(isTest));
  // Last, because it says that the rest is there.
  const data = { ...params.data, train: 'train.jsonl', test: 'test.jsonl', format: 'jsonl' };
  write('params.yaml', stringify({ ...params, data }));
} catch (error) {
  process.stderr.write(`split: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function readRows(file: string): Row[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  const names = header.split('\t');
  if (!names.includes('text'))
    throw new Error(`${file}, line 1: expected a column "text", received ${names.join(', ')}`);
  return lines.map((line, index) => {
    const cells = line.split('\t');
    if (cells.length !== names.length)
      throw new Error(`${file}, line ${index + 2}: expected ${names.length} columns, received ${cells.length}`);
    return Object.fromEntries(names.map((name, column) => [name, cells[column] as string]));
  });
}

/** In [0, 1), the same for texts that differ only in case and spaces. */
function positionOf(text: string): number {
  const plain = text.toLowerCase().replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(plain).digest().readUInt32BE() / 2 ** 32;
}

function writeRows(name: string, rows: readonly Row[]): void {
  if (rows.length === 0)
    throw new Error(`${dataFile}: no row is left for ${name}: expected more rows, or another split.test`);
  write(name, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

/** Whole or not at all, whenever a task is ended. */
function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.part`), text);
  renameSync(join(folder, `${name}.part`), join(folder, name));
}
