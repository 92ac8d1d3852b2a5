// Writes the tables that the documents share with the code: settings, assumptions, error codes, the launch file. `--check`
// only says whether they are current (a test does that too).
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from '../src/config.ts';
import { recordErrors, requestErrors } from '../src/errors.ts';
import { launchFileKeys } from '../src/sagemaker/launch-file/keys.ts';
import { launchEvents } from '../src/sagemaker/tell.ts';
import { type Assumption, assumptionsTable } from '../src/transform/assumptions.ts';

export const documentsWithTables = ['README.md', 'docs/launch.md'] as const;

/** A document with every generated table as the code has it; each stands between `<!-- table: NAME -->` and `<!-- end -->`. */
export function withTables(text: string): string {
  return text.replace(
    /(<!-- table: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const rows = tables[name];
      if (!rows) throw new Error(`no table is called ${name}; expected ${Object.keys(tables).join(', ')}`);
      return `${begin}${rows()}\n${end}`;
    },
  );
}

const tables: Readonly<Record<string, () => string>> = {
  settings: () =>
    table(
      ['variable', 'default', 'unit', 'what it does'],
      Object.values(settingsTable)
        .filter(({ about }) => about !== '')
        .map(({ env, default: value, unit, about }) => [`\`${env}\``, value, unit, about]),
    ),
  assumptions: () =>
    table(
      ['name', 'values', 'what it decides'],
      Object.entries(assumptionsTable).map(([name, row]: [string, Assumption]) => [
        `\`${name}\``,
        row.values === 'seconds' ? `seconds, ${row.default}` : row.values.map((value) => `\`${value}\``).join(', '),
        row.about,
      ]),
    ),
  'record-errors': () =>
    table(
      ['code', 'meaning'],
      Object.entries(recordErrors).map(([code, about]) => [`\`${code}\``, about]),
    ),
  'launch-file': () =>
    table(
      ['key', 'meaning'],
      Object.entries(launchFileKeys).map(([key, about]) => [`\`${key}\``, about]),
    ),
  'launch-events': () =>
    table(
      ['event', 'meaning'],
      Object.entries(launchEvents).map(([event, about]) => [`\`${event}\``, about]),
    ),
  'request-errors': () =>
    table(
      ['status', 'code', 'meaning'],
      Object.entries(requestErrors).map(([code, { status, about }]) => [String(status), `\`${code}\``, about]),
    ),
};

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) {
  for (const document of documentsWithTables) {
    const file = new URL(`../${document}`, import.meta.url);
    const text = readFileSync(file, 'utf8');
    const current = withTables(text);
    if (!process.argv.includes('--check')) writeFileSync(file, current);
    else if (text !== current) {
      process.stderr.write(`${document}: a table differs from the code; run node scripts/readme-tables.ts\n`);
      process.exitCode = 1;
    }
  }
}
