import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Body } from './bodies.ts';

export interface LoadRequest {
  readonly url: string;
  readonly file: string;
  readonly contentType: string;
  readonly connections: number;
}

export interface LoadReport {
  milliseconds: number;
  requests: number;
  /** Lines in all replies: one for each record, or something was lost. */
  lines: number;
}

/** The load client, in a process of its own so that its CPU time is not counted as the server's. */
export class LoadClient {
  readonly #process: ChildProcess = fork(new URL('./load-client.ts', import.meta.url));

  /** Posts the whole body once over four connections. */
  async post(url: string, body: Body): Promise<LoadReport> {
    const { file, contentType } = body;
    this.#process.send({ url, file, contentType, connections: 4 } satisfies LoadRequest);
    const [{ report, error }] = (await once(this.#process, 'message')) as [{ report?: LoadReport; error?: string }];
    if (!report) throw new Error(`${url}: ${error}`);
    return report;
  }

  close(): void {
    this.#process.kill();
  }
}
