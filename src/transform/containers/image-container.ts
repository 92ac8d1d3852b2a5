import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchlineError, messageOf } from '../../errors.ts';
import type { ContainerEngine } from './engine.ts';
import { LastLines } from './last-lines.ts';
import { endedError, keptLogBytes } from './last-words.ts';
import { LogLines } from './log-lines.ts';
import { type RunOptions, runArguments } from './run-arguments.ts';
import type { RunningContainer } from './running-container.ts';

/**
 * Runs an image that is there.
 * @throws BatchlineError JOB_FAILED with the engine's words, or with the container's last ones if it ends at once
 */
export async function runImage(
  engine: ContainerEngine,
  { onLog, ...options }: RunOptions & { readonly onLog: (line: string) => void },
): Promise<RunningContainer> {
  const run = await runArguments(options);
  const container = new ImageContainer(engine, options);
  try {
    await engine.call(run.args, { environment: run.environment });
    container.watch(onLog);
    const url = await container.address();
    return { url, died: container.died, stop: (graceMs) => container.stop(graceMs) };
  } catch (error) {
    await container.stop(0);
    if (error instanceof BatchlineError) throw error;
    throw new BatchlineError('JOB_FAILED', `${options.image} cannot be started: ${messageOf(error)}`, { cause: error });
  } finally {
    await run.remove();
  }
}

/** How long to wait, after a container's end, for its last words and for the engine to say why. */
const lastWordsMs = 2000;

class ImageContainer {
  readonly #engine: ContainerEngine;
  readonly #options: RunOptions;
  readonly #log = new LastLines(keptLogBytes);
  readonly #died = Promise.withResolvers<BatchlineError>();
  /** Ends what waits for the container's end. */
  readonly #gone = new AbortController();
  #stopped: Promise<void> | undefined;
  #logs: ChildProcess | undefined;
  #logged: Promise<unknown> = Promise.resolve();
  readonly died = this.#died.promise;

  constructor(engine: ContainerEngine, options: RunOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  watch(onLog: (line: string) => void): void {
    const { name } = this.#options;
    this.#logs = this.#engine.follow(['logs', '--follow', name]);
    const read = [this.#logs.stdout, this.#logs.stderr].map(async (stream) => {
      const lines = new LogLines(onLog);
      for await (const piece of stream ?? []) {
        this.#log.push(piece as Buffer);
        lines.push(piece as Buffer);
      }
      lines.end();
    });
    this.#logged = Promise.allSettled([...read, once(this.#logs, 'close')]);
    void this.#end().then((why) => {
      if (this.#stopped === undefined) this.#died.resolve(why);
    });
  }

  /** Where the container's port is to be found. */
  async address(): Promise<URL> {
    const { name, port } = this.#options;
    try {
      const [first = ''] = (await this.#engine.call(['port', name, `${port}/tcp`])).split('\n');
      const published = /:(\d+)$/.exec(first)?.[1];
      if (published === undefined) throw new Error(`port ${port} is not published: received "${first}"`);
      return new URL(`http://127.0.0.1:${published}/`);
    } catch (error) {
      // A container that has ended has no ports any more.
      throw await Promise.race([this.died, sleep(lastWordsMs * 2, error, { ref: false })]);
    }
  }

  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#remove(graceMs);
    return this.#stopped;
  }

  async #remove(graceMs: number): Promise<void> {
    const { name } = this.#options;
    const seconds = Math.ceil(graceMs / 1000);
    // What fails here is in nobody's way: the next start removes what is left of this one.
    await this.#engine.call(['stop', '-t', `${seconds}`, name], { timeoutMs: graceMs + 60_000 }).catch(() => undefined);
    await this.#lastWords();
    await this.#engine.call(['rm', '--force', '--volumes', name]).catch(() => undefined);
    this.#logs?.kill();
    this.#gone.abort();
  }

  async #lastWords(): Promise<void> {
    await Promise.race([this.#logged, sleep(lastWordsMs, undefined, { ref: false })]);
  }

  /** Waits for the end of the container, and says how it came. */
  async #end(): Promise<BatchlineError> {
    const { image, name } = this.#options;
    try {
      const status = Number(await this.#engine.call(['wait', name], { timeoutMs: longest, signal: this.#gone.signal }));
      await this.#lastWords();
      const oom = await this.#engine.call(['inspect', '--format', '{{.State.OOMKilled}}', name]).catch(() => '');
      return endedError(`the container of ${image} ${howEnded(status, oom === 'true')}`, this.#log);
    } catch (error) {
      return endedError(`${this.#engine.name} lost the container of ${image}: ${messageOf(error)}`, this.#log);
    }
  }
}

/** The most that a timer takes: 24 days. */
const longest = 2 ** 31 - 1;

function howEnded(status: number, outOfMemory: boolean): string {
  if (outOfMemory) return `ran out of memory and was killed (status ${status}, OOMKilled)`;
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return signal ? `was ended by ${signal} (status ${status})` : `ended with status ${status}`;
}
