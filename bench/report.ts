import { readFile, writeFile } from 'node:fs/promises';

/** What one scenario found. */
export interface Finding {
  /** What was done, so that someone else can judge the figures. */
  readonly method: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The figures that are held against a target. */
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly target: number;
  readonly better: 'higher' | 'lower';
  readonly unit?: string;
  readonly digits?: number;
}

export function markdown(finding: Finding): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [row(finding.header), row(finding.header.map(() => '---')), ...finding.rows.map(row)];
  return [finding.method, '', ...table, '', ...finding.figures.map((figure) => `- ${describe(figure)}`)].join('\n');
}

export function reaches({ value, target, better }: Figure): boolean {
  return better === 'higher' ? value >= target : value <= target;
}

function describe(figure: Figure): string {
  const { name, value, target, better, unit = '×', digits = 2 } = figure;
  const asked = `${better === 'higher' ? 'at least' : 'at most'} ${target} ${unit}`;
  return `${name}: **${value.toFixed(digits)} ${unit}**, asked for ${asked}: ${reaches(figure) ? 'reached' : 'MISSED'}`;
}

const results = 'bench/RESULTS.md';
const baseline = 'bench/baseline.json';

/** Replaces the scenario's part of RESULTS.md; what is written around the parts by hand stays. */
export async function writeResults(scenario: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- bench ${scenario} -->`, `<!-- end ${scenario} -->`];
  const page = await readFile(results, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${results}: expected "${begin}" and "${end}", between which the figures go`);
  await writeFile(results, `${page.slice(0, from)}${begin}\n${text}\n${page.slice(to)}`);
}

export async function readBaseline(): Promise<Record<string, number>> {
  return JSON.parse(await readFile(baseline, 'utf8')) as Record<string, number>;
}

/** Ratios only: they mean the same on another machine, which milliseconds do not. */
export async function writeBaseline(figures: readonly Figure[]): Promise<void> {
  const all = await readBaseline();
  for (const { name, value } of ratios(figures)) all[name] = Number(value.toFixed(3));
  await writeFile(baseline, `${JSON.stringify(all, Object.keys(all).sort(), 2)}\n`);
}

/** The gate: what has fallen below 85 % of the baseline. */
export async function regressions(figures: readonly Figure[]): Promise<string[]> {
  const before = await readBaseline();
  return ratios(figures).flatMap(({ name, value }) => {
    const then = before[name];
    return then !== undefined && value < 0.85 * then
      ? [`${name}: ${value.toFixed(2)}, the baseline is ${then.toFixed(2)}`]
      : [];
  });
}

function ratios(figures: readonly Figure[]): readonly Figure[] {
  return figures.filter(({ unit, better }) => unit === undefined && better === 'higher');
}
