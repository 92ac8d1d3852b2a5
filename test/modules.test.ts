import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

// Node's coverage leaves out files that no test loads; loading all of them makes the gate count the whole of src.

/** Modules that run when they are loaded: a process's or a thread's first file. Tests start them as such. */
const entryPoints = ['src/cli/main.ts', 'src/cli/image.ts', 'src/scoring/worker.ts'];

for (const file of globSync('src/**/*.ts').sort()) {
  if (entryPoints.includes(file)) continue;
  test(`${file} loads`, async () => {
    await import(pathToFileURL(join(process.cwd(), file)).href);
  });
}

test('every entry point exists', { skip: !existsSync('src/cli/main.ts') && 'not written yet' }, () => {
  assert.deepEqual(
    entryPoints.filter((file) => !existsSync(file)),
    [],
  );
});
