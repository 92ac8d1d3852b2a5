import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const cli = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

test('transform --retry-errors: a repaired model scores the bad records, and their lines take their places', async (t) => {
  const predict = (bad: string) => `export const predict = (batch) => batch.map((n) => {
    if (${bad}) throw new Error('not yet');
    return { n };
  });`;
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  const folder = await temporaryFolder(t, {
    'model/code/inference.mjs': predict('n % 10 === 3'),
    'in/a.jsonl': numbers.map((n) => `${n}\n`).join(''),
  });
  const args = ['--input', join(folder, 'in'), '--output', join(folder, 'out'), '--model', join(folder, 'model')];
  const errors = join(folder, 'out/errors.jsonl');
  const first = await transform([...args, '--workers', '1']);
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(await linesOf(errors), [4, 14, 24]);

  await writeFile(join(folder, 'model/code/inference.mjs'), predict('n === 13'));
  const second = await transform([...args, '--workers', '1', '--retry-errors']);
  assert.equal(second.status, 0, second.stderr);
  assert.match(second.stderr, /^3 records scored again; error lines left: 1$/m);
  assert.deepEqual(await linesOf(errors), [14]);
  const output = (await readFile(join(folder, 'out/a.jsonl.out'), 'utf8')).split('\n');
  const expected = numbers.filter((n) => n !== 13).map((n) => `{"n":${n}}`);
  assert.deepEqual([...output.slice(0, 13), ...output.slice(14, -1)], expected);
  assert.equal(JSON.parse(output[13] ?? '').error.code, 'MODEL_ERROR');

  await writeFile(join(folder, 'model/code/inference.mjs'), predict('false'));
  const third = await transform([...args, '--workers', '1', '--retry-errors', '--json']);
  assert.deepEqual(JSON.parse(third.stdout), { objects: [{ key: 'a.jsonl', retried: 1, errors: 0 }] });
  assert.equal(existsSync(errors), false);
  const fourth = await transform([...args, '--workers', '1', '--retry-errors']);
  assert.equal(fourth.status, 2);
  assert.match(fourth.stderr, /errors\.jsonl does not exist: there is nothing to score again/);
});

async function linesOf(errors: string): Promise<number[]> {
  const lines = (await readFile(errors, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).line);
}

async function transform(args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cli, 'transform', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: (await ended)[0], stdout, stderr };
}
