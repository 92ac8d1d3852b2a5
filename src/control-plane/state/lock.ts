import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchlineError } from '../../errors.ts';

/**
 * Takes a state folder for this process; what one that is gone has left is taken over.
 * @returns gives it back
 * @throws BatchlineError INVALID_SETTING if another process has it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const owner = readOwner(path);
  if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
    throw new BatchlineError(
      'INVALID_SETTING',
      `${folder}: another batchline local (process ${owner}) keeps its jobs here; stop it, choose another --state, or remove ${path} if that process is something else`,
    );
  }
  rmSync(path, { force: true });
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
  } catch (cause) {
    throw new BatchlineError('INVALID_SETTING', `${folder}: another batchline local has just taken it`, { cause });
  }
  return () => rmSync(path, { force: true });
}

function readOwner(path: string): number | undefined {
  try {
    const owner = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isInteger(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
