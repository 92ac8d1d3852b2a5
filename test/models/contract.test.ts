import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelContract } from '../contracts/model.ts';

async function handlerFolder() {
  const dir = await mkdtemp(join(tmpdir(), 'batchline-test-'));
  await mkdir(join(dir, 'code'));
  const code = `
    export const load = async () => ({ factor: 2 });
    export const input = (record) => { if (typeof record.n !== 'number') throw new Error('no n'); return record.n; };
    export const predict = async (batch, model) => batch.map((n) => n * model.factor);
    export const output = (prediction) => ({ doubled: prediction });`;
  await writeFile(join(dir, 'code/inference.mjs'), code);
  return { dir, remove: () => rm(dir, { recursive: true }) };
}

modelContract({
  name: 'handler',
  folder: handlerFolder,
  records: [{ n: 1 }, { n: 2, other: true }, { n: -3 }],
  bad: [{}, { n: 'one' }, 7],
});

const outlet = (...names: string[]) => ({
  outlet_id: names.join(),
  menu: names.map((name) => ({ name, category: 'x' })),
});

modelContract({
  name: 'linear-text (examples/flag-combo/model)',
  folder: async () => ({ dir: 'examples/flag-combo/model', remove: async () => {} }),
  records: [outlet('burger combo', 'coke'), outlet('idli', 'meals'), { outlet_id: 3, menu: [] }],
  bad: [{}, { menu: null }, { menu: { a: 1 } }, { menu: [{ name: 1 }] }, 7, 'text', null, ['only one of two']],
});
