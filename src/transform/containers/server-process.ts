import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '../../config.ts';
import { BatchlineError } from '../../errors.ts';
import { LastLines } from './last-lines.ts';
import { endedError, keptLogBytes } from './last-words.ts';
import { LogLines } from './log-lines.ts';

export interface ServerOptions {
  /** The program of the command line, whose `serve` it is. */
  readonly cli: string;
  readonly modelDir: string;
  /** What the service would set; undefined removes a variable of ours. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told each line it writes. Without it they go to a message when it fails, as a progress bar may own the terminal. */
  readonly onLog?: (line: string) => void;
}

/**
 * How node is started for a server, here and in the image, so that its memory stays level: small young generations, in
 * which a block's garbage dies as well as in large ones, and one malloc arena instead of many to spread over.
 */
export const serverNodeOptions: readonly string[] = ['--max-semi-space-size=4'];
export const serverEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

const killAfterMs = 30_000;

/** A `batchline serve` of our own on a free port of this machine. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #log = new LastLines(keptLogBytes);
  #stopping = false;
  /** Resolves when it ends without having been asked to, with what is to be said. */
  readonly died: Promise<BatchlineError>;

  constructor({ cli, modelDir, environment, onLog = () => undefined }: ServerOptions) {
    this.#child = spawn(process.execPath, [...serverNodeOptions, cli, 'serve', '--model', modelDir], {
      // IPC brings the port; and the server stops by itself when the channel closes because we were killed.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: childEnvironment({
        ...serverEnvironment,
        ...environment,
        SAGEMAKER_BATCH: 'true',
        SAGEMAKER_BIND_TO_PORT: '0',
        BATCHLINE_HOST: '127.0.0.1',
      }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      const lines = new LogLines(onLog);
      stream?.on('data', (piece: Buffer) => {
        this.#log.push(piece);
        lines.push(piece);
      });
      stream?.on('end', () => lines.end());
    }
    this.died = this.#watch();
  }

  /** Its address, as soon as it listens. @throws BatchlineError JOB_FAILED if it ends or takes too long */
  async address(signal: AbortSignal, deadlineMs: number): Promise<URL> {
    const listening = once(this.#child, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
    const first = await Promise.race([listening, this.died]).catch((error) => {
      signal.throwIfAborted();
      throw new BatchlineError('JOB_FAILED', `the server did not listen within ${deadlineMs / 1000} s`, {
        cause: error,
      });
    });
    if (first instanceof BatchlineError) throw first;
    const { listening: port } = first[0] as { listening: number };
    return new URL(`http://127.0.0.1:${port}/`);
  }

  /** SIGTERM lets it finish what it does; SIGKILL ends it if that takes too long. */
  async stop(graceMs = killAfterMs): Promise<void> {
    this.#stopping = true;
    if (this.#hasEnded()) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  }

  #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #watch(): Promise<BatchlineError> {
    const { promise: unstarted, resolve } = Promise.withResolvers<BatchlineError>();
    this.#child.once('error', (error) => {
      if (this.#child.pid === undefined)
        resolve(endedError(`the server cannot be started: ${error.message}`, this.#log));
    });
    const exited = new Promise<[number | null, string | null]>((ended) => {
      this.#child.once('exit', (...how) => ended(how));
    });
    // `close` follows when its last words have been read, unless somebody inherited its pipes.
    const closed = once(this.#child, 'close').catch(() => undefined);
    const first = await Promise.race([unstarted, exited]);
    if (first instanceof BatchlineError) return first;
    await Promise.race([closed, sleep(500, undefined, { ref: false })]);
    if (this.#stopping) return await new Promise(() => undefined);
    const [code, signal] = first;
    const how = signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
    return endedError(`the server ${how}`, this.#log);
  }
}
