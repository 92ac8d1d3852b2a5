import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { keepPaths } from '../../examples/flag-combo/keep-paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const example = join(import.meta.dirname, '../../examples/flag-combo');
const script = (name: string, args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [join(example, name), ...args], { env: { ...process.env, ...env } });

test('what is kept of a record is what the paths name', () => {
  const record = { id: 1, city: 'A', price: 9, menu: [{ name: 'x', category: 'c', veg: true }, { name: 'y' }] };
  for (const [paths, kept] of [
    [['$.id'], { id: 1 }],
    [['id', '$.absent'], { id: 1 }],
    [['$.menu[*].name'], { menu: [{ name: 'x' }, { name: 'y' }] }],
    [['$.menu[*].category', '$.menu[*].name'], { menu: [{ category: 'c', name: 'x' }, { name: 'y' }] }],
    [['$.city[*].name'], { city: [] }],
  ] as const)
    assert.deepEqual(keepPaths(record, paths), kept, paths.join());
});

test('outlets of somebody else, zipped, go with their labels through both stages', async (t) => {
  const outlets = [1, 2, 3].map((id) => JSON.stringify({ outlet_id: `o${id}`, city: 'A', rating: id, menu: [] }));
  const folder = await temporaryFolder(t, {
    'outlets.jsonl.gz': gzipSync(outlets.join('\n')),
    'labels.tsv': 'outlet_id\tlabel\treason\tsure\no3\t1\tcombo\tn\no1\t0\tnone\ty\n',
    'wrong.tsv': 'outlet_id\tlabel\no1\tcombo\n',
    'other.tsv': 'outlet_id\tlabel\no9\t1\n',
  });
  const file = (name: string) => join(folder, name);
  const prepare = (labels: string) =>
    script('prepare.ts', [file('prepared')], {
      BATCHLINE_OUTLETS: file('outlets.jsonl.gz'),
      BATCHLINE_LABELS: file(labels),
    });
  const select = () =>
    script('select-feature.ts', [join(example, 'params.yaml'), file('prepared'), file('selected/outlets.jsonl')]);
  await prepare('labels.tsv');
  await select();
  const lines = (await readFile(file('selected/outlets.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      { outlet_id: 'o3', city: 'A', sure: 'n', menu: [], label: 'combo' },
      { outlet_id: 'o1', city: 'A', sure: 'y', menu: [], label: 'no_combo' },
    ],
  );
  await prepare('wrong.tsv');
  await assert.rejects(select(), /labels\.tsv, line 2: expected label 0 or 1, received "combo"/);
  await prepare('other.tsv');
  await assert.rejects(select(), /labels\.tsv, line 2: outlet "o9" is not in outlets\.jsonl/);
  await assert.rejects(prepare('absent.tsv'), /prepare: .*absent\.tsv: ENOENT/);
});
