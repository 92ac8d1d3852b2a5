import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const stub = fileURLToPath(new URL('stub-batchline.ts', import.meta.url));

/** The command that the examples call: the real one, where it can train; until then the stub. */
export function batchlineProgram(): { readonly file: string; readonly isStub: boolean } {
  const { stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  const canTrain = ['train', 'validate'].every((command) => new RegExp(`^ +${command}\\b`, 'm').test(stdout));
  return { file: canTrain ? main : stub, isStub: !canTrain };
}
