// Stage select_feature: of each labelled outlet what params.yaml names, and its label, as JSON lines.
//   node select-feature.ts PARAMS PREPARED OUTPUT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { keepPaths } from './keep-paths.ts';

interface Params {
  readonly data: { readonly labels: readonly string[]; readonly slices?: readonly string[] };
  readonly input: { readonly id: string; readonly text: readonly { readonly path: string }[] };
}

const [paramsFile = 'params.yaml', prepared = 'prepared', output = 'selected/outlets.jsonl'] = process.argv.slice(2);

try {
  const { data, input } = parse(readFileSync(paramsFile, 'utf8')) as Params;
  const paths = [input.id, ...(data.slices ?? []), ...input.text.map(({ path }) => path)];
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, select(paths, data.labels));
} catch (error) {
  process.stderr.write(`select-feature: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

/** In the order of the labels file. Outlets without a label are left out. */
function select(paths: readonly string[], names: readonly string[]): string {
  const outlets = new Map<string, object>();
  for (const line of readLines('outlets.jsonl')) {
    const outlet = JSON.parse(line) as { outlet_id: string };
    outlets.set(outlet.outlet_id, outlet);
  }
  const [header = '', ...rows] = readLines('labels.tsv');
  const columns = header.split('\t');
  const lines = rows.map((row, index) => {
    const cells = row.split('\t');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const [id, label] = [cell('outlet_id'), names[Number(cell('label') || Number.NaN)]];
    const outlet = outlets.get(id);
    const where = `labels.tsv, line ${index + 2}`;
    if (!outlet) throw new Error(`${where}: outlet "${id}" is not in outlets.jsonl`);
    if (label === undefined) throw new Error(`${where}: expected label 0 or 1, received "${cell('label')}"`);
    return JSON.stringify({ ...keepPaths({ ...outlet, sure: cell('sure') || 'y' }, paths), label });
  });
  return `${lines.join('\n')}\n`;
}

function readLines(name: string): string[] {
  return readFileSync(join(prepared, name), 'utf8').trimEnd().split('\n');
}
