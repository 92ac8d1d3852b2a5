import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program that tests use: of the folder BATCHLINE_PEERS (by default where .ci/run builds them), or of the PATH. */
export function findBinary(name: string): string | undefined {
  const built = process.env['BATCHLINE_PEERS'] ?? join(homedir(), '.cache/batchline/go/bin');
  return [built, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
