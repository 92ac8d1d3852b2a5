// Stage prepare: outlets and their labels, as outlets.jsonl and labels.tsv, into a folder.
//   node prepare.ts FOLDER
// Of the generator, or of the files that BATCHLINE_OUTLETS and BATCHLINE_LABELS name (plain or .gz).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [folder = 'prepared'] = process.argv.slice(2);
const [outlets, labels] = [join(folder, 'outlets.jsonl'), join(folder, 'labels.tsv')];
const { BATCHLINE_OUTLETS: realOutlets, BATCHLINE_LABELS: realLabels } = process.env;

mkdirSync(folder, { recursive: true });
if (realOutlets && realLabels) {
  copy(realOutlets, outlets);
  copy(realLabels, labels);
} else if (realOutlets || realLabels) {
  fail(
    'expected both of BATCHLINE_OUTLETS and BATCHLINE_LABELS, or neither: a label is worth nothing without its outlet',
  );
} else {
  const generator = join(import.meta.dirname, 'generate.ts');
  const { status } = spawnSync(process.execPath, [generator, '--output', outlets, '--labels', labels], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

function copy(from: string, to: string): void {
  try {
    const bytes = readFileSync(from);
    writeFileSync(to, from.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  } catch (error) {
    fail(`${from}: ${(error as Error).message}`);
  }
}

function fail(message: string): never {
  process.stderr.write(`prepare: ${message}\n`);
  process.exit(1);
}
