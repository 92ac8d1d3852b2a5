import { BatchlineError } from '../../errors.ts';
import type { LastLines } from './last-lines.ts';

export const keptLogBytes = 16 * 1024;
const shownLogLines = 12;

/** Why something of ours ended, with the end of what it wrote. */
export function endedError(what: string, log: LastLines): BatchlineError {
  const said = log.text(shownLogLines);
  return new BatchlineError('JOB_FAILED', `${what}${said ? `; it said last:\n${said.replace(/^/gm, '  ')}` : ''}`);
}
