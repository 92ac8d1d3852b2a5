import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverEnvironment, serverNodeOptions } from '../src/transform/containers/server-process.ts';
import { cacheDir, cpuSeconds, peakMemoryMb, processTree } from './machine.ts';

/** A server under measurement: ours, or a peer with all its processes. */
export class Server {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.#exit = once(child, 'exit');
    this.url = `http://127.0.0.1:${port}`;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** CPU seconds so far, of every process and thread. */
  cpuSeconds(): number {
    return processTree(this.pid).reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  peakMemoryMb(): number {
    return peakMemoryMb(this.pid);
  }

  /** Waits for the first 200 on /ping. */
  async ready(): Promise<this> {
    while (!(await pings(this.url))) {
      if (this.ended) throw new Error(`the server ended with ${this.#process.exitCode ?? this.#process.signalCode}`);
      await sleep(2);
    }
    return this;
  }

  get ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#exit;
  }
}

/** `batchline serve` with node's options of the image, from a bundle, as the image has it, or from the checkout. */
export async function startServer(options: {
  entry: string;
  model: string;
  workers?: number;
  env?: Record<string, string>;
}): Promise<Server> {
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    ...serverEnvironment,
    SAGEMAKER_BIND_TO_PORT: String(port),
    BATCHLINE_LOG_LEVEL: 'warn',
    ...(options.workers && { BATCHLINE_WORKERS: String(options.workers) }),
    ...options.env,
  };
  const args = [...serverNodeOptions, options.entry, 'serve', '--model', options.model];
  return new Server(spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }), port);
}

/** The bundle, made anew: the entry to start it by. */
export async function bundledServer(): Promise<string> {
  const dir = await cacheDir('bundle');
  execFileSync(process.execPath, ['scripts/bundle.ts', dir], { stdio: 'inherit' });
  return join(dir, 'main.js');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function pings(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).status === 200;
  } catch {
    return false; // not listening yet
  }
}
