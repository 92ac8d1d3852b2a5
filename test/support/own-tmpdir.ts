import { readdir } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

/** Makes a folder of the test's own the temporary one, so that what is left in it can be told from other tests' files. */
export async function ownTmpdir(t: TestContext): Promise<{ left(): Promise<string[]> }> {
  const folder = await temporaryFolder(t);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  return { left: () => readdir(folder) };
}
