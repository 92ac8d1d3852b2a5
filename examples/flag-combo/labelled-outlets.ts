import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface MenuItem {
  readonly category: string;
  readonly name: string;
}

export interface LabelledOutlet {
  readonly menu: readonly MenuItem[];
  readonly isCombo: boolean;
  /** Whether the annotator was sure of the label. */
  readonly sure: boolean;
}

/** The labelled outlets, in the order of the labels file: their position decides their fold. */
export function readLabelledOutlets(outletsFile: string, labelsFile: string): LabelledOutlet[] {
  const outlets = new Map<string, { menu: MenuItem[] }>();
  for (const line of readLines(outletsFile, 'outlets')) {
    const outlet = JSON.parse(line) as { outlet_id: string; menu: MenuItem[] };
    outlets.set(outlet.outlet_id, outlet);
  }
  const [header = '', ...rows] = readLines(labelsFile, 'labels');
  const names = header.split('\t');
  return rows.map((row) => {
    const cells = row.split('\t');
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const outlet = outlets.get(cell('outlet_id'));
    if (!outlet) throw new Error(`${labelsFile}: outlet "${cell('outlet_id')}" is not in ${outletsFile}`);
    return { menu: outlet.menu, isCombo: cell('label') === '1', sure: cell('sure') === 'y' };
  });
}

function readLines(file: string, option: string): string[] {
  if (!existsSync(file)) {
    throw new Error(
      `${file}: no such file; the hand-labelled outlets are not part of the repository: name a copy with --${option}`,
    );
  }
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
}
