import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartedServer {
  readonly url: string;
  stop(): Promise<void>;
}

const startMs = 60_000;

/**
 * Starts a program and waits until it answers, whatever it answers.
 * @param url where; by default the first address that the program writes
 * @throws Error with all it wrote if it ends or takes too long
 */
export async function startServer(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  url?: string,
): Promise<StartedServer> {
  const [program, ...args] = command;
  const child = spawn(program as string, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for (const deadline = Date.now() + startMs; Date.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const address = url ?? /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
    if (address && (await answers(address))) return { url: address, stop };
  }
  await stop();
  throw new Error(`${command.join(' ')} did not start: ${said}`);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}
