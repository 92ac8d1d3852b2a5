import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Body } from './bodies.ts';

/** `utf8Slice + JSON.parse + the model's features` over the same bytes, without a server, in a process of its own. */
export class PlainLoop {
  readonly #process: ChildProcess;

  private constructor(body: Body, modelDir: string) {
    this.#process = fork(new URL('./plain-loop-process.ts', import.meta.url), [body.file, modelDir]);
  }

  static async start(body: Body, modelDir: string): Promise<PlainLoop> {
    const loop = new PlainLoop(body, modelDir);
    await once(loop.#process, 'message');
    return loop;
  }

  /** CPU seconds of one pass. */
  async pass(): Promise<number> {
    this.#process.send('pass');
    const [seconds] = (await once(this.#process, 'message')) as [number];
    return seconds;
  }

  close(): void {
    this.#process.kill();
  }
}
