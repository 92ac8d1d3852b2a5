import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file so that whoever reads it, now or after a crash, finds the old content or the new. Synchronous: these
 * files are small and rarely written, and two changes of one record can then not overtake each other.
 */
export function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.tmp`;
  writeFileSync(unfinished, content, { flush: true });
  renameSync(unfinished, path);
}
