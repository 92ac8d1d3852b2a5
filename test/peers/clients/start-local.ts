import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const startMs = 30_000;

export interface Local {
  readonly url: string;
  stop(): Promise<void>;
}

/** `batchline local` on a free port. @throws Error with all it wrote if it says no address in time */
export async function startLocal(options: readonly string[], env: Readonly<Record<string, string>>): Promise<Local> {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'local', '--port', '0', ...options], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece));
  for (const deadline = Date.now() + startMs; Date.now() < deadline && child.exitCode === null; await sleep(50)) {
    const url = /http:\/\/[\w.]+:\d+/.exec(said)?.[0];
    if (url) return { url, stop };
  }
  await stop();
  throw new Error(`batchline local did not say where it listens: ${said}`);

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await ended;
  }
}
