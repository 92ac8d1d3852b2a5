import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pathOf } from './file-errors.ts';

/** Tells this process from an earlier one of the same id, as every first process of a container is. */
const run = randomBytes(4).toString('hex');
const host = hostname()
  .replaceAll(/[^A-Za-z0-9.-]/g, '')
  .slice(0, 64);
const leftover = /^\.batchline-(.*)-(\d+)-([0-9a-f]{8})-\d+\.tmp$/;
let made = 0;

/** A new name for a file that is being written, or a folder for some time, which says whose it is. */
export function temporaryName(): string {
  made += 1;
  return `.batchline-${host}-${process.pid}-${run}-${made}.tmp`;
}

/**
 * Removes what processes of this machine that have ended left under such names in the folder of a key, once a folder.
 * Whoever runs elsewhere and shares the folder is left alone: its processes cannot be seen from here.
 * @param cleaned the folders that are done
 */
export async function removeLeftovers(key: string, cleaned: Set<string>): Promise<void> {
  const folder = dirname(pathOf(key));
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const [, ofHost, pid, ofRun] = leftover.exec(name) ?? [];
    if (ofHost !== host || isRunning(Number(pid), ofRun)) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined); // a nuisance, not a failure of the job
  }
}

function isRunning(pid: number, ofRun: string | undefined): boolean {
  if (pid === process.pid) return ofRun === run;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
