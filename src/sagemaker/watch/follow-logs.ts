import { BatchlineError } from '../../errors.ts';
import { awsCode } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { type JobLogStream, listLogStreams, readLogPage } from './log-calls.ts';

export interface FollowOptions {
  readonly job: string;
  /** Which streams are read; asked at every look. */
  readonly wants: (stream: JobLogStream) => boolean;
  /** Told each line once, stream by stream in the order of its writing; nothing of it is kept here. */
  readonly onLine: (stream: JobLogStream, line: { readonly timestamp: number; readonly message: string }) => void;
}

/** What a look at the logs has come to. */
export interface LogLook {
  /** How many lines were new. */
  readonly lines: number;
  /** Whether there is more already than this look was allowed, or able, to read. */
  readonly isBehind: boolean;
}

interface Followed {
  readonly stream: JobLogStream;
  token: string | undefined;
}

/**
 * Follows the log streams of a job. A group or stream that is not there yet is nothing to speak of, and neither is a call
 * that may succeed at the next look.
 */
export class LogFollower {
  readonly #options: FollowOptions;
  readonly #step: Pick<Step, 'clients' | 'signal'>;
  readonly #known = new Set<string>();
  /** In the order in which they are due: whoever was read goes to the end. */
  #due: Followed[] = [];
  #refused: BatchlineError | undefined;

  constructor(options: FollowOptions, step: Pick<Step, 'clients' | 'signal'>) {
    this.#options = options;
    this.#step = step;
  }

  /** Why the logs cannot be read, if they cannot; then nothing is asked any more. */
  get refused(): BatchlineError | undefined {
    return this.#refused;
  }

  /** How many streams the last look knew, wanted or not. */
  get streams(): number {
    return this.#known.size;
  }

  /** Reads what is new, with so many calls at most; the next look goes on where this one stopped. @throws the signal's reason */
  async look(mostCalls: number): Promise<LogLook> {
    if (this.#refused) return { lines: 0, isBehind: false };
    try {
      await this.#discover();
      return await this.#read(mostCalls);
    } catch (error) {
      this.#step.signal.throwIfAborted();
      if (!(error instanceof BatchlineError)) throw error;
      const code = awsCode(error) ?? '';
      if (code === 'ResourceNotFoundException') return { lines: 0, isBehind: false };
      // Credentials that have expired are told by who asks for the job's state, in the same minute.
      if (!error.retryable && !/Expired|^TokenRefreshRequired/.test(code)) this.#refused = error;
      return { lines: 0, isBehind: true };
    }
  }

  async #discover(): Promise<void> {
    for await (const streams of listLogStreams(this.#options.job, this.#step)) {
      for (const stream of streams) {
        if (!this.#known.has(stream.name)) this.#due.push({ stream, token: undefined });
        this.#known.add(stream.name);
      }
    }
  }

  async #read(mostCalls: number): Promise<LogLook> {
    let [calls, lines] = [0, 0];
    const wanted = this.#due.filter(({ stream }) => this.#options.wants(stream));
    for (const followed of wanted) {
      for (let isEnd = false; !isEnd; ) {
        if (calls++ >= mostCalls) return { lines, isBehind: true };
        const page = await readLogPage(followed.stream, { from: 'head', token: followed.token }, this.#step);
        for (const line of page.lines) this.#options.onLine(followed.stream, line);
        lines += page.lines.length;
        // "If you have reached the end of the stream, it returns the same token you passed in." (GetLogEvents)
        isEnd = page.forward === undefined || page.forward === followed.token;
        followed.token = page.forward ?? followed.token;
      }
      this.#due = [...this.#due.filter((one) => one !== followed), followed];
    }
    return { lines, isBehind: false };
  }
}
