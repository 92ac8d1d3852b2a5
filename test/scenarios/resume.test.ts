import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from 'tar';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filesIn } from '../transform/run-files.ts';
import { stubContainer } from '../transform/stub-container.ts';
import { everyFileIn, transform } from './command.ts';
import { interruptAndResume, killAndResume, objectsOf, type Place } from './kill-and-resume.ts';

const line = `${'x'.repeat(99)}\n`;
/** Of some mini-batches and of one. */
const inputs = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`${index}.csv`, `${index}\n${line.repeat(index % 3 === 0 ? 25_000 : 10)}`]),
);

describe('files: kill -9 and --resume', { concurrency: 2 }, () => {
  for (const afterRequests of [1, 4, 1 + Math.floor(Math.random() * 12)]) {
    test(`after ${afterRequests} requests`, async (t) => {
      await killAndResume(t, { place: await placeOf(t), inputs, afterRequests });
    });
  }
});

test('files: kill -9 with a server of ours: it ends too, and the next run removes its model', async (t) => {
  const folder = await temporaryFolder(t, {
    'model/code/inference.mjs':
      'export const predict = async (batch) => { await new Promise((done) => setTimeout(done, 100)); return batch; };',
    'in/a.jsonl': '1\n2\n3\n4\n5\n6\n7\n8\n',
    'tmp/empty': '',
  });
  await create({ file: join(folder, 'model.tar.gz'), cwd: join(folder, 'model'), gzip: true }, ['.']);
  const model = ['--model', join(folder, 'model.tar.gz'), '--workers', '1', '--batch-strategy', 'SingleRecord'];
  const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), ...model, '--no-report'];
  const temporary = { tmpdir: join(folder, 'tmp') };
  const killed = await transform(t, args, {
    ...temporary,
    during: async (child) => {
      while ((await everyFileIn(join(folder, 'out'))).length === 0 && child.exitCode === null) await sleep(5);
      child.kill('SIGKILL');
    },
  });
  assert.equal(killed.status, null, killed.stderr);
  assert.equal(killed.left.filter((name) => name.startsWith('.batchline-')).length, 1, killed.left.join());
  const resumed = await transform(t, [...args, '--resume'], temporary);
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.deepEqual(resumed.left, ['empty']); // the first server is gone as well
  assert.deepEqual(await filesIn(join(folder, 'out')), { 'a.jsonl.out': '1\n2\n3\n4\n5\n6\n7\n8\n' });
});

test('files: Ctrl-C and --resume', async (t) => {
  await interruptAndResume(t, { place: await placeOf(t), inputs, afterRequests: 6 });
});

describe('--resume scores anew', { concurrency: 2 }, () => {
  const files = { 'in/a.csv': '1\n', 'in/b.csv': '2\n', 'in/c.csv': '3\n' };
  const all = ['a.csv', 'b.csv', 'c.csv'];
  const cases: [about: string, change: (folder: string) => Promise<unknown>, more: string[], expected: string[]][] = [
    ['nothing where nothing has changed', async () => undefined, [], []],
    ['what is not there', (folder) => rm(join(folder, 'out/b.csv.out')), [], ['b.csv']],
    ['an input of other bytes', (folder) => writeFile(join(folder, 'in/c.csv'), '4\n'), [], ['c.csv']],
    ['an input that is new', (folder) => writeFile(join(folder, 'in/d.csv'), '4\n'), [], ['d.csv']],
    ['an output that somebody wrote', (folder) => writeFile(join(folder, 'out/a.csv.out'), 'other\n'), [], ['a.csv']],
    ['all, with other settings', async () => undefined, ['--batch-strategy', 'SingleRecord'], all],
    ['all, with another Accept', async () => undefined, ['--accept', 'application/json'], all],
    ['all, with other assumptions', async () => undefined, ['--assume', 'terminator=strip'], all],
  ];
  for (const [about, change, more, expected] of cases) {
    test(about, async (t) => {
      const container = await stubContainer(t);
      const folder = await temporaryFolder(t, files);
      const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--url', container.url.href];
      assert.equal((await transform(t, [...args, '--no-report'])).status, 0);
      await change(folder);
      const before = container.requests.length;
      const resumed = await transform(t, [...args, ...more, '--no-report', '--resume']);
      assert.equal(resumed.status, 0, resumed.stderr);
      assert.deepEqual(objectsOf(container, before), expected);
      const changed = await filesIn(join(folder, 'in'));
      const outputs = Object.entries(changed).map(([name, content]) => [`${name}.out`, content]);
      assert.deepEqual(await filesIn(join(folder, 'out')), Object.fromEntries(outputs));
    });
  }

  test('all, by another model', async (t) => {
    const model = { 'model/code/inference.mjs': 'export const predict = (batch) => batch.map((n) => n + 1);' };
    const folder = await temporaryFolder(t, { ...model, 'in/a.jsonl': '1\n' });
    const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')];
    const more = ['--workers', '1', '--no-report', '--resume'];
    assert.equal((await transform(t, [...args, ...more])).status, 0);
    assert.deepEqual(await filesIn(join(folder, 'out')), { 'a.jsonl.out': '2\n' });
    await writeFile(
      join(folder, 'model/code/inference.mjs'),
      'export const predict = (batch) => batch.map((n) => n + 2);',
    );
    assert.equal((await transform(t, [...args, ...more])).status, 0);
    assert.deepEqual(await filesIn(join(folder, 'out')), { 'a.jsonl.out': '3\n' });
  });
});

async function placeOf(t: TestContext): Promise<Place> {
  const files = Object.entries(inputs).map(([name, content]) => [`in/${name}`, content]);
  const folder = await temporaryFolder(t, Object.fromEntries(files));
  const out = join(folder, 'out');
  return {
    args: ['--input', join(folder, 'in'), '--output', out],
    env: {},
    outputs: async () => {
      const visible = Object.entries(await filesIn(out)).filter(([name]) => name.endsWith('.out'));
      return Object.fromEntries(visible.map(([name, content]) => [name.slice(0, -'.out'.length), content]));
    },
    leftovers: async () => (await everyFileIn(out)).filter((name) => name.endsWith('.tmp')),
  };
}
