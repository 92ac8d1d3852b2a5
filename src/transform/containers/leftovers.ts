import { hostname } from 'node:os';
import type { ContainerEngine } from './engine.ts';

const pidLabel = 'batchline.pid';
const hostLabel = 'batchline.host';

/** Whose a container is. Process ids of another machine, or of another container with this engine, say nothing here. */
export function ownLabels(): Readonly<Record<string, string>> {
  return { [pidLabel]: String(process.pid), [hostLabel]: hostname() };
}

/** Removes the containers of processes that were killed before they could. */
export async function removeLeftovers(engine: ContainerEngine): Promise<void> {
  const format = `{{.ID}} {{.Label "${pidLabel}"}} {{.Label "${hostLabel}"}}`;
  const listed = await engine.call(['ps', '--all', '--filter', `label=${pidLabel}`, '--format', format]);
  for (const line of listed.split('\n')) {
    const [id, pid, host] = line.split(' ');
    if (!id || host !== hostname() || isAlive(Number(pid))) continue;
    await engine.call(['rm', '--force', '--volumes', id]).catch(() => undefined); // somebody else was quicker
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
